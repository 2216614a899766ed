import { readFileSync } from "node:fs";
import { local } from "@pulumi/command";
import type { Droplet, ReservedIp } from "@pulumi/digitalocean";
import type { Input, Output, Resource } from "@pulumi/pulumi";

/** Given to `node` as text, so that no path of this computer gets into the state. */
const probe = readFileSync(new URL("./readiness-probe.mjs", import.meta.url), "utf8");

/** A failure quotes the command, and the reason comes after it: so the command is this line and not the whole probe. */
export const runProbe =
  'await import("data:text/javascript," + encodeURIComponent(process.env.READINESS_PROBE))';

interface ReadinessInputs {
  readonly url: Output<string>;
  readonly address: ReservedIp;
  readonly machine: Droplet;
  readonly caRoot: Input<string> | undefined;
  /** What a request passes on its way to the machine. */
  readonly path: Resource[];
}

/**
 * Lets `pulumi up` end when the gateway answers under its URL, or fail with what was seen last after 15 minutes (or
 * as many seconds as OPENCLAW_READY_SECONDS says in Pulumi's environment: whoever waits decides how long). Nothing
 * runs at preview.
 */
export function waitUntilReady(name: string, inputs: ReadinessInputs, parent: Resource): local.Command {
  const { url, address, machine, caRoot, path } = inputs;
  return new local.Command(
    `${name}-ready`,
    {
      interpreter: ["node", "--input-type=module", "--eval"],
      create: runProbe,
      environment: {
        READINESS_PROBE: probe,
        GATEWAY_URL: url,
        GATEWAY_ADDRESS: address.ipAddress,
        ...(caRoot !== undefined && { GATEWAY_CA_ROOT: caRoot }),
      },
      // A new machine, and one that a resize has restarted.
      triggers: [machine.id, machine.size],
    },
    { parent, dependsOn: path },
  );
}
