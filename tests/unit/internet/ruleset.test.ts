import { describe, expect, it } from "@jest/globals";
import type { PacketRules } from "../../../rehearsal/cloud/world.ts";
import { addresses, slots } from "../../../rehearsal/internet/addresses.ts";
import { ruleset } from "../../../rehearsal/internet/ruleset.ts";

const plan = addresses(3);
const port = (rules: PacketRules | null) => ({
  link: "d1",
  address: "198.51.100.50",
  anchor: "10.19.3.10",
  rules,
});
const chain = (text: string, name: string) => {
  const body = new RegExp(`chain ${name} \\{\\n([^}]*)\\}`).exec(text)?.[1] ?? "";
  return body
    .trim()
    .split("\n")
    .map((line) => line.trim());
};

describe("the router's packet filter", () => {
  it("lets a Droplet in a firewall do what a rule says and nothing else", () => {
    const rules: PacketRules = {
      inbound: [
        { protocol: "tcp", ports: [22, 22], cidrs: ["192.0.2.7", "192.0.2.128/25", "2001:db8::/32"] },
        { protocol: "icmp", cidrs: ["0.0.0.0/0"] },
      ],
      outbound: [{ protocol: "udp", cidrs: ["0.0.0.0/0"] }],
    };
    const text = ruleset(plan, [port(rules)], new Map());
    expect(chain(text, "d1-in")).toEqual([
      "ip saddr 192.0.2.7/32 tcp dport 22-22 return",
      "ip saddr 192.0.2.128/25 tcp dport 22-22 return",
      "ip saddr 0.0.0.0/0 ip protocol icmp return",
      "drop",
    ]);
    expect(chain(text, "d1-out")).toEqual(["ip daddr 0.0.0.0/0 ip protocol udp return", "drop"]);
  });

  it("drops everything for a firewall without rules, and nothing where there is no firewall", () => {
    const closed = ruleset(plan, [port({ inbound: [], outbound: [] })], new Map());
    expect([chain(closed, "d1-in"), chain(closed, "d1-out")]).toEqual([["drop"], ["drop"]]);
    const open = ruleset(plan, [port(null)], new Map());
    expect([chain(open, "d1-in"), chain(open, "d1-out")]).toEqual([["return"], ["return"]]);
  });

  it.each(["0.0.0.0/0 accept; drop", "0.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/", "example"])(
    "takes no text for an address: %s",
    (cidr) => {
      const rules: PacketRules = { inbound: [{ protocol: "tcp", cidrs: [cidr] }], outbound: [] };
      expect(() => ruleset(plan, [port(rules)], new Map())).toThrow(`${JSON.stringify(cidr)}`);
    },
  );

  it("translates a Reserved IP to the Droplet's anchor address", () => {
    const one = port(null);
    const text = ruleset(plan, [one], new Map([["198.51.100.57", one]]));
    expect(chain(text, "prerouting")).toContain("ip daddr 198.51.100.57 dnat to 10.19.3.10");
  });
});

describe("the addresses of a rehearsal", () => {
  it("are nobody else's", () => {
    const all = slots
      .map(addresses)
      .flatMap((one) => [
        ...[one.gateway, ...one.droplets, ...one.reserved],
        ...[one.anchor.gateway, ...one.droplets.map(one.anchor.of)],
        ...[one.internet.router, one.internet.authority, ...one.internet.clients],
        ...[one.host.router, one.host.host, one.resolver],
      ]);
    expect(new Set(all).size).toBe(all.length);
  });
});
