import type { Droplet } from "./droplet.ts";
import type { FirewallRule } from "./firewall-rules.ts";
import type { State } from "./state.ts";

export interface Firewall {
  readonly id: string;
  readonly createdAt: string;
  name: string;
  inbound: readonly FirewallRule[];
  outbound: readonly FirewallRule[];
  /** Droplets it was given by id; those with one of its tags come on top. */
  dropletIds: Set<number>;
  tags: Set<string>;
}

const covers = (firewall: Firewall, droplet: Droplet) =>
  firewall.dropletIds.has(droplet.id) || [...firewall.tags].some((tag) => droplet.tags.has(tag));

export const firewallsOf = (state: State, droplet: Droplet) =>
  [...state.firewalls.values()].filter((firewall) => covers(firewall, droplet));

const ruleView = (rule: FirewallRule, side: "sources" | "destinations") => ({
  protocol: rule.protocol,
  // "0" is DigitalOcean's word for all ports, and for icmp, which has none.
  ports: rule.ports?.text ?? "0",
  [side]: {
    ...(rule.peers.addresses.length > 0 && { addresses: rule.peers.addresses }),
    ...(rule.peers.tags.length > 0 && { tags: rule.peers.tags }),
    ...(rule.peers.dropletIds.length > 0 && { droplet_ids: rule.peers.dropletIds }),
    ...(rule.peers.loadBalancerUids.length > 0 && { load_balancer_uids: rule.peers.loadBalancerUids }),
    ...(rule.peers.kubernetesIds.length > 0 && { kubernetes_ids: rule.peers.kubernetesIds }),
  },
});

export function firewallView(state: State, firewall: Firewall) {
  const changes = [...state.droplets.values()]
    .filter((droplet) => covers(firewall, droplet))
    .map((droplet) => ({
      droplet_id: droplet.id,
      removing: false,
      status: state.filters.get(droplet.id)?.status ?? "waiting",
    }))
    .filter(({ status }) => status !== "succeeded");
  const failed = changes.some(({ status }) => status === "failed");
  return {
    id: firewall.id,
    name: firewall.name,
    status: failed ? "failed" : changes.length > 0 ? "waiting" : "succeeded",
    created_at: firewall.createdAt,
    pending_changes: changes,
    inbound_rules: firewall.inbound.map((rule) => ruleView(rule, "sources")),
    outbound_rules: firewall.outbound.map((rule) => ruleView(rule, "destinations")),
    droplet_ids: [...firewall.dropletIds],
    tags: [...firewall.tags],
  };
}
