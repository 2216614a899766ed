import ipaddr from "ipaddr.js";
import { unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import type { State } from "./state.ts";
import { findTag } from "./tags.ts";

/** The other side of a rule: who may connect, or who may be connected to. */
export interface Peers {
  /** As written: IP addresses and CIDRs. */
  readonly addresses: readonly string[];
  readonly tags: readonly string[];
  readonly dropletIds: readonly number[];
  /** Kept and told back; there are no load balancers or clusters here. */
  readonly loadBalancerUids: readonly string[];
  readonly kubernetesIds: readonly string[];
}

export interface FirewallRule {
  readonly protocol: "tcp" | "udp" | "icmp";
  /** Absent: all ports. */
  readonly ports?: { readonly text: string; readonly first: number; readonly last: number };
  readonly peers: Peers;
}

export const readRules = (state: State, body: Fields, side: "inbound" | "outbound"): FirewallRule[] =>
  body.objects(`${side}_rules`).map((fields) => {
    const protocol = fields.requiredText("protocol");
    if (protocol !== "tcp" && protocol !== "udp" && protocol !== "icmp")
      throw unprocessable("Protocol must be one of tcp, udp or icmp.");
    const ports = protocol === "icmp" ? undefined : readPorts(fields.text("ports") ?? "");
    return {
      protocol,
      ...(ports && { ports }),
      peers: readPeers(state, fields, side === "inbound" ? "sources" : "destinations"),
    };
  });

/** "22", "8000-9000"; undefined for "all" and "0". */
function readPorts(text: string): FirewallRule["ports"] {
  if (text === "all" || text === "0") return undefined;
  const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to ?? from);
  if (!(first >= 1 && first <= last && last <= 65535))
    throw unprocessable("You must specify a valid range for ports.");
  return { text, first, last };
}

function readPeers(state: State, rule: Fields, name: "sources" | "destinations"): Peers {
  const fields = rule.object(name);
  const peers: Peers = {
    addresses: fields?.texts("addresses") ?? [],
    tags: fields?.texts("tags") ?? [],
    dropletIds: fields?.integers("droplet_ids") ?? [],
    loadBalancerUids: fields?.texts("load_balancer_uids") ?? [],
    kubernetesIds: fields?.texts("kubernetes_ids") ?? [],
  };
  if (Object.values(peers).every((list) => list.length === 0))
    throw unprocessable(`You must specify at least one of the ${name} of a rule.`);
  for (const address of peers.addresses) cidr(address);
  checkMembers(state, peers.tags, peers.dropletIds);
  return peers;
}

/** Tags and Droplets that a firewall names must exist. */
export function checkMembers(state: State, tags: readonly string[], dropletIds: readonly number[]): void {
  for (const tag of tags)
    if (findTag(state, tag) === undefined) throw unprocessable(`Tag ${JSON.stringify(tag)} does not exist.`);
  for (const id of dropletIds)
    if (!state.droplets.has(id)) throw unprocessable(`Droplet ${id} does not exist.`);
}

/** A CIDR without host bits; a lone address becomes a network of one. */
export function cidr(address: string): string {
  try {
    if (!address.includes("/")) {
      const parsed = ipaddr.parse(address);
      return `${parsed}/${parsed.kind() === "ipv4" ? 32 : 128}`;
    }
    const [parsed, bits] = ipaddr.parseCIDR(address);
    const network =
      parsed.kind() === "ipv4"
        ? ipaddr.IPv4.networkAddressFromCIDR(address)
        : ipaddr.IPv6.networkAddressFromCIDR(address);
    return `${network}/${bits}`;
  } catch {
    throw unprocessable(`Invalid address: ${JSON.stringify(address)}.`);
  }
}
