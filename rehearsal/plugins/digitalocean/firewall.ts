import type { Properties } from "../shared/properties.ts";
import type { CloudResource, Thing } from "./cloud-resource.ts";

/** The other side of a rule: a key of DigitalOcean's, and the input's name behind `source` or `destination`. */
const peers = {
  addresses: "Addresses",
  tags: "Tags",
  droplet_ids: "DropletIds",
  load_balancer_uids: "LoadBalancerUids",
  kubernetes_ids: "KubernetesIds",
};

const directions = {
  inbound: { prefix: "source", side: "sources" },
  outbound: { prefix: "destination", side: "destinations" },
};
type Direction = keyof typeof directions;

export const firewall: CloudResource = {
  inputs: {
    name: {},
    inboundRules: { set: true },
    outboundRules: { set: true },
    dropletIds: { set: true },
    tags: { set: true },
  },
  autoName: true,
  collection: () => "/v2/firewalls",
  envelope: "firewall",
  idProperty: "id",
  body,
  outputs: (thing) => ({
    name: thing.name,
    inboundRules: rulesOf(thing.inbound_rules, "inbound"),
    outboundRules: rulesOf(thing.outbound_rules, "outbound"),
    dropletIds: thing.droplet_ids,
    tags: thing.tags,
    status: thing.status,
    pendingChanges: thing.pending_changes,
    createdAt: thing.created_at,
  }),
  async update(api, path, _olds, news) {
    await api.put(path, body(news));
  },
};

function body(inputs: Properties): Thing {
  return {
    name: inputs.name,
    inbound_rules: bodyRules(inputs.inboundRules, "inbound"),
    outbound_rules: bodyRules(inputs.outboundRules, "outbound"),
    droplet_ids: inputs.dropletIds ?? [],
    tags: inputs.tags ?? [],
  };
}

function bodyRules(rules: unknown, direction: Direction): Thing[] {
  const { prefix, side } = directions[direction];
  return ((rules ?? []) as Properties[]).map((rule) => ({
    protocol: rule.protocol,
    ...(rule.portRange !== undefined && { ports: rule.portRange }),
    [side]: present(Object.entries(peers).map(([key, name]) => [key, rule[prefix + name]])),
  }));
}

function rulesOf(rules: unknown, direction: Direction): Properties[] {
  const { prefix, side } = directions[direction];
  return ((rules ?? []) as Thing[]).map((rule) => ({
    protocol: rule.protocol,
    ...(rule.protocol !== "icmp" && { portRange: rule.ports === "0" ? "all" : rule.ports }),
    ...present(Object.entries(peers).map(([key, name]) => [prefix + name, (rule[side] as Thing)?.[key]])),
  }));
}

const present = (entries: [string, unknown][]): Thing =>
  Object.fromEntries(entries.filter(([, value]) => Array.isArray(value) && value.length > 0));
