import { isIPv4 } from "node:net";
import type { PacketRule, PacketRules } from "../cloud/world.ts";
import type { Addresses } from "./addresses.ts";

export interface Port {
  /** The router's interface to the Droplet. */
  readonly link: string;
  readonly address: string;
  readonly anchor: string;
  /** `null`: in no firewall. */
  readonly rules: PacketRules | null;
}

/** The router's packet filter and address translation as one nftables script that replaces what was there. */
export function ruleset(
  plan: Addresses,
  ports: readonly Port[],
  reserved: ReadonlyMap<string, Port>,
): string {
  const lines = (indent: string, all: readonly string[]) => all.map((line) => `${indent}${line}\n`).join("");
  const chain = (name: string, body: readonly string[]) => `  chain ${name} {\n${lines("    ", body)}  }\n`;
  return [
    // flushed by deletion: naming the table first makes that right for the first time too
    "table ip rehearsal {}\ndelete table ip rehearsal\ntable ip rehearsal {\n",
    ...ports.flatMap(({ link, rules }) => [
      chain(`${link}-in`, filter(rules?.inbound, "saddr")),
      chain(`${link}-out`, filter(rules?.outbound, "daddr")),
    ]),
    chain("forward", [
      "type filter hook forward priority filter; policy accept;",
      // a Droplet cannot send with an address that is not its own
      ...ports.map(
        ({ link, address, anchor }) => `iifname "${link}" ip saddr != { ${address}, ${anchor} } drop`,
      ),
      "ct state established,related accept",
      "ct state invalid drop",
      // the host is a client here: nothing opens a connection to it
      'oifname "host0" drop',
      // an address that nobody has is silent, and no packet for it leaves this computer
      `oifname "eth0" ip daddr ${plan.publicBlock} drop`,
      // the resolver asks the host's for names that it does not know
      `iifname "net0" ip saddr ${plan.resolver} ip daddr ${plan.hostResolver} meta l4proto { tcp, udp } th dport 53 accept`,
      // nothing but Droplets has a way out of this computer, and no packet goes round the router's other side
      'iifname { "host0", "net0" } oifname "eth0" drop',
      ...ports.map(({ link }) => `iifname "${link}" jump ${link}-out`),
      ...ports.map(({ link }) => `oifname "${link}" jump ${link}-in`),
    ]),
    chain("input", [
      "type filter hook input priority filter; policy drop;",
      "ct state established,related accept",
      'iifname "lo" accept',
      "ip protocol icmp accept",
      // the metadata service answers Droplets only, whatever their firewall says, and each from its own address
      ...ports.map(
        ({ link, address }) =>
          `iifname "${link}" ip saddr ${address} ip daddr 169.254.169.254 tcp dport 80 accept`,
      ),
    ]),
    chain("prerouting", [
      "type nat hook prerouting priority dstnat;",
      ...[...reserved].map(([ip, port]) => `ip daddr ${ip} dnat to ${port.anchor}`),
    ]),
    chain("postrouting", [
      "type nat hook postrouting priority srcnat;",
      // a Droplet that calls its own Reserved IP must not see a packet from itself
      ...ports.map(({ link, address }) => `oifname "${link}" ip saddr ${address} snat to ${plan.gateway}`),
      'oifname "eth0" masquerade',
    ]),
    "}\n",
  ].join("");
}

/** A Droplet in a firewall may do only what a rule says; in none, all. */
function filter(rules: readonly PacketRule[] | undefined, side: "saddr" | "daddr"): string[] {
  if (rules === undefined) return ["return"];
  const accepted = rules.flatMap((rule) =>
    rule.cidrs
      .filter((cidr) => !cidr.includes(":")) // the rehearsal has no IPv6
      .map((cidr) => `ip ${side} ${ipv4(cidr)} ${traffic(rule)} return`),
  );
  return [...accepted, "drop"];
}

function traffic({ protocol, ports }: PacketRule): string {
  if (protocol === "icmp") return "ip protocol icmp";
  if (ports === undefined) return `ip protocol ${protocol}`;
  return `${protocol} dport ${ports[0]}-${ports[1]}`;
}

/** Text of a request must not become text of the packet filter unread. */
function ipv4(cidr: string): string {
  const [address = "", prefix = "32", ...rest] = cidr.split("/");
  const bits = Number(prefix);
  if (!isIPv4(address) || !/^\d+$/.test(prefix) || bits > 32 || rest.length > 0)
    throw new Error(`not an IPv4 address or CIDR in a firewall rule: ${JSON.stringify(cidr)}`);
  return `${address}/${bits}`;
}
