import { isDeepStrictEqual } from "node:util";
import { addresses, type Droplet } from "./droplet.ts";
import { firewallsOf } from "./firewall.ts";
import { cidr, type FirewallRule, type Peers } from "./firewall-rules.ts";
import type { State } from "./state.ts";
import { findTag } from "./tags.ts";
import type { PacketRule, PacketRules } from "./world.ts";

/** What a Droplet's packets are filtered by, as last asked of the world. */
export interface Filter {
  readonly rules: PacketRules | null;
  status: "waiting" | "succeeded" | "failed";
  applied: Promise<void>;
}

/** The union of the rules of every firewall it is in; null: it is in none. */
export function packetRules(state: State, droplet: Droplet): PacketRules | null {
  const firewalls = firewallsOf(state, droplet);
  if (firewalls.length === 0) return null;
  return {
    inbound: firewalls.flatMap((firewall) => packets(state, firewall.inbound)),
    outbound: firewalls.flatMap((firewall) => packets(state, firewall.outbound)),
  };
}

function packets(state: State, rules: readonly FirewallRule[]): PacketRule[] {
  return rules
    .map(({ protocol, ports, peers }) => ({
      protocol,
      ...(ports && { ports: [ports.first, ports.last] as const }),
      cidrs: cidrs(state, peers),
    }))
    .filter((rule) => rule.cidrs.length > 0);
}

function cidrs(state: State, peers: Peers): string[] {
  const tags = peers.tags.flatMap((name) => findTag(state, name) ?? []);
  const droplets = [...state.droplets.values()].filter(
    (droplet) => peers.dropletIds.includes(droplet.id) || tags.some((tag) => droplet.tags.has(tag)),
  );
  return [...new Set([...peers.addresses, ...droplets.flatMap(addresses)].map(cidr))];
}

/** Tells the world what to filter for one Droplet unless it was told already; resolves when that is in force. */
export async function filterDroplet(state: State, droplet: Droplet): Promise<void> {
  const rules = packetRules(state, droplet);
  const last = state.filters.get(droplet.id);
  if (last && last.status !== "failed" && isDeepStrictEqual(last.rules, rules)) return last.applied;
  const filter: Filter = { rules, status: "waiting", applied: Promise.resolve() };
  state.filters.set(droplet.id, filter);
  filter.applied = state.turns
    .take([`filter:${droplet.id}`], () => state.world.filter(droplet.id, rules))
    .then(
      () => {
        filter.status = "succeeded";
      },
      (error: unknown) => {
        filter.status = "failed";
        throw error;
      },
    );
  return filter.applied;
}

/** After any change of Droplets, tags or firewalls: every machine is filtered by what holds now. */
export async function applyFirewalls(state: State): Promise<void> {
  const machines = [...state.droplets.values()].filter((droplet) => state.filters.has(droplet.id));
  await Promise.all(
    machines.map((droplet) =>
      filterDroplet(state, droplet).catch((error: unknown) =>
        state.onError(`firewalls of droplet ${droplet.id}`, error),
      ),
    ),
  );
}

export function forgetFilter(state: State, droplet: Droplet): void {
  state.filters.delete(droplet.id);
}
