import { describe, expect, it } from "@jest/globals";
import { runtime } from "@pulumi/pulumi";
import { Api } from "../../rehearsal/plugins/digitalocean/api.ts";
import { resourceTypes } from "../../rehearsal/plugins/digitalocean/resource-types.ts";
import { diff } from "../../rehearsal/plugins/shared/diff.ts";
import type { Properties } from "../../rehearsal/plugins/shared/properties.ts";

const types = resourceTypes((signal) => new Api("http://127.0.0.1", "test", signal));
const droplet = types["digitalocean:index/droplet:Droplet"];
const firewall = types["digitalocean:index/firewall:Firewall"];
const record = types["digitalocean:index/dnsRecord:DnsRecord"];
const volume = types["digitalocean:index/volume:Volume"];
if (!droplet || !firewall || !record || !volume) throw new Error("a resource type is missing");

const inputs = {
  name: "gw-host",
  region: "nyc3",
  size: "s-2vcpu-4gb",
  image: "debian-13-x64",
  userData: "#cloud-config\n",
  sshKeys: ["1", "2"],
  monitoring: true,
  backups: true,
  tags: ["a", "b"],
};
/** As they are after an `up` with these inputs. */
const outputs = {
  ...inputs,
  userData: "c0af657a8122db11fb8541f90feab7871c2c3d71",
  vpcUuid: "11111111-aaaa-4bbb-8ccc-000000000001",
  ipv6: true,
  gracefulShutdown: false,
  resizeDisk: true,
};

/** "-" for no change, "in place", or what replaces it. */
function change(olds: Properties, news: Properties): string {
  const { changes, replaces = [] } = diff(droplet as NonNullable<typeof droplet>, olds, news);
  if (replaces.length > 0) return `replaced by ${replaces.join(", ")}`;
  return changes ? "in place" : "-";
}

describe("what a change does to a Droplet, as observed of the official provider", () => {
  const up = { ...inputs, ipv6: true };

  it.each([
    ["-", {}],
    ["-", { tags: ["b", "a"] }],
    ["-", { dropletAgent: false }],
    ["in place", { name: "other" }],
    ["in place", { size: "s-4vcpu-8gb" }],
    ["in place", { backups: false }],
    ["in place", { backups: undefined }],
    ["in place", { backupPolicy: { plan: "weekly" } }],
    ["in place", { tags: ["a"] }],
    ["in place", { gracefulShutdown: true }],
    ["in place", { resizeDisk: false }],
    ["replaced by image", { image: "debian-12-x64" }],
    ["replaced by region", { region: "fra1" }],
    ["replaced by userData", { userData: "#cloud-config\na: 1\n" }],
    ["replaced by userData", { userData: undefined }],
    ["replaced by userData", { userData: runtime.unknownValue }],
    ["replaced by monitoring", { monitoring: false }],
    ["replaced by monitoring", { monitoring: undefined }],
    ["replaced by sshKeys", { sshKeys: ["1"] }],
    ["replaced by vpcUuid", { vpcUuid: "11111111-aaaa-4bbb-8ccc-000000000002" }],
    ["replaced by ipv6", { ipv6: false }],
  ])("%s: %j", (expected, news) => {
    expect(change(outputs, { ...up, ...news })).toBe(expected);
  });

  it("in place: IPv6, off to on", () => {
    expect(change({ ...outputs, ipv6: false }, up)).toBe("in place");
  });

  it.each([undefined, false])("replaced by dropletAgent: true to %s", (dropletAgent) => {
    expect(change({ ...outputs, dropletAgent: true }, { ...up, dropletAgent })).toBe(
      "replaced by dropletAgent",
    );
  });

  it("deletes one with a name of its own before it makes the next, and not one whose name was generated", () => {
    const news = { ...up, image: "debian-12-x64" };
    expect(diff(droplet, outputs, news).deleteBeforeReplace).toBe(true);
    expect(diff(droplet, outputs, { ...news, __defaults: ["name"] }).deleteBeforeReplace).toBe(false);
  });
});

describe("what a change does to others", () => {
  it("takes a Firewall's rules in any order", () => {
    const rules = [
      { protocol: "icmp", sourceAddresses: ["0.0.0.0/0", "::/0"] },
      { protocol: "tcp", portRange: "22", sourceAddresses: ["192.0.2.0/24"] },
    ];
    const olds = { name: "fw", inboundRules: rules, outboundRules: [], dropletIds: [], tags: ["a"] };
    const news = { name: "fw", inboundRules: [...rules].reverse(), tags: ["a"] };
    expect(diff(firewall, olds, news).changes).toBe(false);
    expect(diff(firewall, olds, { ...news, inboundRules: rules.slice(1) })).toMatchObject({
      changes: true,
      replaces: [],
    });
  });

  it("leaves to the cloud what a record does not say", () => {
    const news = { domain: "example.test", type: "A", name: "gw", value: "192.0.2.1" };
    const olds = { ...news, ttl: 1800, priority: 0, port: 0, weight: 0, flags: 0, tag: null };
    expect(diff(record, olds, news).changes).toBe(false);
  });

  it("refuses to shrink a Volume", () => {
    expect(() => volume.checkChange?.({ size: 20 }, { size: 10 })).toThrow("expanded and not shrunk");
  });
});
