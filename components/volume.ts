import { Volume } from "@pulumi/digitalocean";
import { getStack, type Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "./resolve-args.ts";

/**
 * What outlives every Droplet: OpenClaw's state, agents' workspaces, the certificate, bans. The machine formats it,
 * once. Description and initial file system are left out for ever, because a change of either would make a new one.
 */
export function createVolume(name: string, { region, volume }: ResolvedArgs, parent: Resource): Volume {
  return new Volume(
    `${name}-volume`,
    {
      // Of its own, not a generated one: the machine finds it by name. DigitalOcean wants a letter first.
      name: `volume-${name}-${getStack()}`
        .toLowerCase()
        .replace(/[^a-z0-9-]/g, "-")
        .slice(0, 64),
      region,
      size: volume.gigabytes,
    },
    { parent, protect: volume.protect },
  );
}
