import { Firewall, Tag, type types } from "@pulumi/digitalocean";
import { all, type Output, type Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "./resolve-args.ts";

const everyone = ["0.0.0.0/0", "::/0"];

/**
 * The tag by which the firewall selects. Its name is generated: tags belong to the account, and two gateways with
 * one tag would open each other's ports.
 */
export function createTag(name: string, parent: Resource): Tag {
  return new Tag(name, {}, { parent });
}

/** DigitalOcean's own packet filter before the machine; what no rule names is dropped, in both directions. */
export function createFirewall(name: string, tag: Tag, args: ResolvedArgs, parent: Resource): Firewall {
  return new Firewall(
    name,
    { tags: [tag.name], inboundRules: inboundRules(args.admin), outboundRules: outboundRules(args) },
    { parent },
  );
}

function inboundRules(admin: ResolvedArgs["admin"]): types.input.FirewallInboundRule[] {
  const rules: types.input.FirewallInboundRule[] = [
    // The page and its WebSocket.
    { protocol: "tcp", portRange: "443", sourceAddresses: everyone },
    // The authority's challenge, and the redirect to 443.
    { protocol: "tcp", portRange: "80", sourceAddresses: everyone },
    // "Packet too big": without it, connections over narrow paths hang.
    { protocol: "icmp", sourceAddresses: everyone },
  ];
  // The admin's SSH, from the admin's networks.
  if (admin) rules.push({ protocol: "tcp", portRange: "22", sourceAddresses: admin.cidrs });
  return rules;
}

function outboundRules(args: ResolvedArgs): Output<types.input.FirewallOutboundRule[]> {
  const models = [args.model, ...Object.values(args.agents).map((agent) => agent.model)];
  return all([args.acme.directory, ...models.map((model) => model?.baseUrl)]).apply((urls) => [
    // Names, by UDP; by TCP where the answer is long.
    { protocol: "udp", portRange: "53", destinationAddresses: everyone },
    { protocol: "tcp", portRange: "53", destinationAddresses: everyone },
    // Debian's packages: http, signed.
    { protocol: "tcp", portRange: "80", destinationAddresses: everyone },
    // npm, the ACME authority, models, channels, agents' hosts, DigitalOcean's metrics.
    { protocol: "tcp", portRange: "443", destinationAddresses: everyone },
    // The clock: certificates and logs need the right time.
    { protocol: "udp", portRange: "123", destinationAddresses: everyone },
    // "Packet too big" of our own, and ping.
    { protocol: "icmp", destinationAddresses: everyone },
    // The authority and the models' endpoints of the args, where they have ports of their own.
    ...ownPorts(urls).map((portRange) => ({ protocol: "tcp", portRange, destinationAddresses: everyone })),
  ]);
}

function ownPorts(urls: readonly (string | undefined)[]): string[] {
  const ports = urls.filter((url) => url !== undefined).map((url) => new URL(url).port);
  return [...new Set(ports)].filter((port) => !["", "53", "80", "443"].includes(port));
}
