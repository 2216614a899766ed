import type { Properties } from "../../rehearsal/plugins/shared/properties.ts";
import type { Context, ResourceType } from "../../rehearsal/plugins/shared/resource-type.ts";

/** Something done to a stack while the official provider was watched, and the same done by the stand-in. */
export interface Scenario {
  readonly title: string;
  readonly phase: string;
  /** Which of the phase's requests belong to it, as "METHOD path" with the body behind it. */
  readonly requests: RegExp;
  /** Which of those, where others asked the same. */
  readonly from?: number;
  readonly to?: number;
  readonly act: (types: Types) => Promise<unknown>;
}

/** A resource type by its name, such as "Droplet". */
export type Types = (name: string) => Required<ResourceType>;

const context: Context = { signal: new AbortController().signal, log: () => {} };

const gateway = {
  name: "gw-host",
  region: "nyc3",
  size: "s-2vcpu-4gb",
  image: "debian-13-x64",
  sshKeys: ["3b:16:bf:e4:8b:00:8b:b8:59:8c:a9:d3:f0:19:45:fa"],
  backups: true,
  backupPolicy: { plan: "weekly", weekday: "SUN", hour: 4 },
  monitoring: true,
  userData: "#cloud-config\npw: JOoPtzZhQjNBCpscC2NlcnMO\n",
  tags: ["gateway", "t-one"],
  vpcUuid: "7d73c2be-14cf-4a72-9236-e8113df4dd41",
};

const everyone = ["0.0.0.0/0", "::/0"];
const outboundRules = [
  { protocol: "udp", portRange: "all", destinationAddresses: everyone },
  { protocol: "icmp", destinationAddresses: ["0.0.0.0/0"] },
  { protocol: "tcp", portRange: "1-65535", destinationAddresses: everyone },
];
const volume = {
  region: "nyc3",
  name: "vol1",
  description: "d",
  size: 10,
  initialFilesystemType: "ext4",
  initialFilesystemLabel: "data",
  tags: ["gateway"],
};
const record = { domain: "example.test", type: "A", name: "gw", value: "198.51.100.10" };
const vpc = { name: "vpc1", region: "nyc3", description: "the vpc", ipRange: "10.20.0.0/24" };
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJJ0lsT7kXHYVYVzqWWZ4nxmmzDAX3u+uU5bqpMWh9nV test";

export const create = (type: string, inputs: Properties) => (types: Types) =>
  types(type).create(inputs, context);
const update = (type: string, id: string, olds: Properties, news: Properties) => (types: Types) =>
  types(type).update(id, olds, { ...olds, ...news }, context);
const remove = (type: string, id: string, outputs: Properties) => (types: Types) =>
  types(type).delete(id, outputs, context);

export const scenarios: readonly Scenario[] = [
  {
    title: "a Droplet with everything",
    phase: "clean-up",
    requests: /^POST \/v2\/droplets .*gw-host|^GET \/v2\/droplets\/500000006 /,
    act: create("Droplet", gateway),
  },
  {
    title: "a Droplet with next to nothing",
    phase: "clean-up",
    requests: /^POST \/v2\/droplets .*auto-c482d30|^GET \/v2\/droplets\/500000001 /,
    act: create("Droplet", {
      name: "auto-c482d30",
      region: "nyc3",
      size: "s-1vcpu-1gb",
      image: "debian-13-x64",
      dropletAgent: true,
    }),
  },
  {
    title: "a Droplet of an image with a number",
    phase: "replace-auto-named",
    requests: /^POST \/v2\/droplets |^GET \/v2\/droplets\/500000018 /,
    act: create("Droplet", {
      name: "auto-9e3da02",
      region: "nyc3",
      size: "s-1vcpu-1gb",
      image: "12345678",
      dropletAgent: true,
    }),
  },
  {
    title: "a Droplet's name and tags",
    phase: "rename+tags",
    requests: /./,
    act: update("Droplet", "500000006", gateway, { name: "gw-new", tags: ["gateway", "t-two"] }),
  },
  {
    title: "a Droplet's size",
    phase: "size",
    requests: /./,
    act: update("Droplet", "500000006", gateway, { size: "s-4vcpu-8gb" }),
  },
  {
    title: "a Droplet's backups, off",
    phase: "backups-off",
    requests: /./,
    act: update("Droplet", "500000006", gateway, { backups: false, backupPolicy: undefined }),
  },
  {
    title: "a Droplet's IPv6, on",
    phase: "ipv6-on",
    requests: /./,
    act: update("Droplet", "500000001", { ...gateway, ipv6: false }, { ipv6: true }),
  },
  {
    title: "the end of a Droplet",
    phase: "clean-destroy",
    requests: /\/v2\/droplets\/500000006 /,
    act: remove("Droplet", "500000006", { gracefulShutdown: false }),
  },
  {
    title: "the graceful end of a Droplet",
    phase: "solo-destroy-graceful",
    requests: /\/v2\/droplets\//,
    act: remove("Droplet", "500000016", { gracefulShutdown: true }),
  },
  {
    title: "a Firewall",
    phase: "clean-up",
    requests: /\/v2\/firewalls/,
    act: create("Firewall", {
      name: "fw1",
      inboundRules: [
        { protocol: "icmp", sourceTags: ["t-one"] },
        { protocol: "tcp", portRange: "22", sourceAddresses: ["192.0.2.0/24"] },
        { protocol: "tcp", portRange: "443", sourceAddresses: everyone },
      ],
      outboundRules,
      dropletIds: [500000006],
      tags: ["gateway"],
    }),
  },
  {
    title: "a Firewall's rules",
    phase: "others",
    requests: /\/v2\/firewalls/,
    act: update(
      "Firewall",
      "9e157aee-9972-4ab5-b408-3301b7794784",
      { name: "fw1", outboundRules, dropletIds: [500000004], tags: ["gateway"] },
      {
        name: "fw2",
        inboundRules: [{ protocol: "tcp", portRange: "8443", sourceAddresses: ["192.0.2.1"] }],
      },
    ),
  },
  {
    title: "a Reserved IP",
    phase: "clean-up",
    requests: /^POST \/v2\/reserved_ips |^GET \/v2\/reserved_ips\/198.51.100.10 /,
    to: 2,
    act: create("ReservedIp", { region: "nyc3" }),
  },
  {
    title: "the assignment of a Reserved IP",
    phase: "clean-up",
    requests:
      /\/v2\/droplets\/500000006\/actions|198.51.100.10\/actions|^GET \/v2\/reserved_ips\/198.51.100.10 .*"droplet":\{/,
    act: create("ReservedIpAssignment", { ipAddress: "198.51.100.10", dropletId: 500000006 }),
  },
  {
    title: "the end of that assignment",
    phase: "clean-destroy",
    requests: /^(GET|POST) \/v2\/reserved_ips\/198.51.100.10/,
    act: remove("ReservedIpAssignment", "1", { ipAddress: "198.51.100.10", dropletId: 500000006 }),
  },
  {
    title: "a Volume",
    phase: "clean-up",
    requests: /\/v2\/volumes/,
    to: 2,
    act: create("Volume", volume),
  },
  {
    title: "the attachment of a Volume",
    phase: "clean-up",
    requests: /\/v2\/volumes\/|^GET \/v2\/actions/,
    from: 1,
    act: create("VolumeAttachment", {
      volumeId: "d16700eb-3a1b-426b-8e32-dfc1569ca829",
      dropletId: 500000006,
    }),
  },
  {
    title: "a Volume's size and tags",
    phase: "others",
    requests: /\/v2\/(volumes|actions|tags)/,
    act: update("Volume", "c23c4952-fa4c-4e39-8d0a-f05c11c27d1d", volume, { size: 20, tags: ["x"] }),
  },
  {
    title: "the detachment of a Volume",
    phase: "clean-destroy",
    requests: /\/v2\/(volumes\/[^/]+\/actions|actions)/,
    act: remove("VolumeAttachment", "1", {
      volumeId: "d16700eb-3a1b-426b-8e32-dfc1569ca829",
      dropletId: 500000006,
    }),
  },
  {
    title: "a Tag",
    phase: "clean-up",
    requests: /^POST \/v2\/tags .*t-two|\/v2\/tags\/t-two /,
    act: create("Tag", { name: "t-two" }),
  },
  {
    title: "an SSH key's name",
    phase: "others",
    requests: /\/v2\/account\/keys/,
    act: update("SshKey", "500000001", { name: "k1", publicKey }, { name: "k2" }),
  },
  {
    title: "a VPC",
    phase: "clean-up",
    requests: /\/v2\/vpcs/,
    act: create("Vpc", vpc),
  },
  {
    title: "a VPC's name",
    phase: "others",
    requests: /\/v2\/vpcs/,
    act: update("Vpc", "a25d711f-3132-4c7c-8e11-fbd0ac5f1137", vpc, { name: "vpc2" }),
  },
  {
    title: "a VPC's name, against the rate limit",
    phase: "fault-429",
    requests: /./,
    act: update("Vpc", "a25d711f-3132-4c7c-8e11-fbd0ac5f1137", vpc, { name: "vpc3" }),
  },
  {
    title: "a VPC's name, against a failing server",
    phase: "fault-503x2",
    requests: /./,
    act: update("Vpc", "a25d711f-3132-4c7c-8e11-fbd0ac5f1137", vpc, { name: "vpc4" }),
  },
  {
    title: "a Domain",
    phase: "clean-up",
    requests: /\/v2\/domains (.*)|\/v2\/domains\/example.test /,
    act: create("Domain", { name: "example.test" }),
  },
  {
    title: "an A record",
    phase: "clean-up",
    requests: /records .*"type":"A"|records\/500000005/,
    act: create("DnsRecord", { ...record, ttl: 300 }),
  },
  {
    title: "a CNAME record",
    phase: "clean-up",
    requests: /records .*"type":"CNAME"|records\/500000004/,
    act: create("DnsRecord", { ...record, type: "CNAME", name: "www", value: "gw.example.test." }),
  },
  {
    title: "a record's TTL",
    phase: "others",
    requests: /\/records\//,
    act: update("DnsRecord", "500000007", record, { ttl: 600 }),
  },
];
