import type { local } from "@pulumi/command";
import type { Droplet, ReservedIp } from "@pulumi/digitalocean";
import { log, type Resource, runtime } from "@pulumi/pulumi";

interface Seen {
  readonly address: ReservedIp;
  readonly machine: Droplet;
  readonly gate: local.Command;
}

/**
 * Says at preview that the gateway will be away, and for how long: what tests/life prints, and what the provider
 * waits besides, 10 s before each first look. What will be made has no ID yet; that is how a preview shows.
 */
export async function sayDowntime({ address, machine, gate }: Seen, parent: Resource): Promise<void> {
  if (!runtime.isDryRun()) return;
  const ids = { address: address.id, machine: machine.id, gate: gate.id };
  // Why one of them was refused, Pulumi says itself.
  const seen = await runtime
    .serializeProperties("downtime", ids)
    .catch(() => ({}) as Record<string, unknown>);
  const stays = (what: keyof Seen) => typeof seen[what] === "string" && seen[what] !== runtime.unknownValue;
  if (!stays("address")) return;
  if (!stays("machine"))
    await log.info(
      "The Droplet is replaced: the gateway is away for about 3 minutes. Its state stays, on the Volume.",
      parent,
    );
  else if (!stays("gate"))
    await log.info(
      "Where its size changes, the Droplet is restarted: the gateway is away for about 2 minutes.",
      parent,
    );
}
