import { beforeEach, describe, expect, it } from "@jest/globals";
import { type Api, paperApi } from "./api.ts";

const world = ["0.0.0.0/0", "::/0"];
const https = { protocol: "tcp", ports: "443", sources: { addresses: world } };
const everything = [
  { protocol: "tcp", ports: "all", destinations: { addresses: world } },
  { protocol: "udp", ports: "0", destinations: { addresses: world } },
  { protocol: "icmp", destinations: { addresses: world } },
];
const rules = { inbound_rules: [https], outbound_rules: everything };

describe("Firewalls", () => {
  let api: Api;
  beforeEach(async () => {
    api = await paperApi();
  });
  const create = async (more: object = {}) =>
    (await api.ask("POST", "/v2/firewalls", { name: "edge", ...rules, ...more })).firewall;
  const inbound = (id: number) => api.world.filters.get(id)?.inbound;

  it("are in force before a Droplet with their tag exists", async () => {
    await api.ask("POST", "/v2/tags", { name: "gateway" });
    await create({ tags: ["gateway"] });
    const id = await api.droplet({ tags: ["gateway"] });
    expect(api.world.calls).toEqual([`filter ${id}`, `createDroplet ${id}`]);
    expect(api.world.filters.get(id)).toEqual({
      inbound: [{ protocol: "tcp", ports: [443, 443], cidrs: world }],
      outbound: [
        { protocol: "tcp", cidrs: world },
        { protocol: "udp", cidrs: world },
        { protocol: "icmp", cidrs: world },
      ],
    });
  });

  it("keep a Droplet from being made when they cannot be put in force", async () => {
    api.world.hold = async (call) => {
      if (call.startsWith("filter")) throw new Error("no nftables");
    };
    const id = await api.droplet();
    expect(api.world.calls.some((call) => call.startsWith("createDroplet"))).toBe(false);
    expect(api.errors).toEqual([`droplet ${id}: create: no nftables`]);
  });

  it("leave a Droplet in none unfiltered, and close one whose rules allow nothing", async () => {
    const id = await api.droplet();
    expect(api.world.filters.get(id)).toBeNull();
    const { id: firewall } = await create({
      inbound_rules: [{ protocol: "tcp", ports: "22", sources: { load_balancer_uids: ["none-here"] } }],
      outbound_rules: [],
      droplet_ids: [id],
    });
    expect(api.world.filters.get(id)).toEqual({ inbound: [], outbound: [] });
    await api.ask("DELETE", `/v2/firewalls/${firewall}`);
    expect(api.world.filters.get(id)).toBeNull();
  });

  it("add up when several hold one Droplet", async () => {
    const id = await api.droplet();
    await create({ droplet_ids: [id] });
    await create({
      name: "ssh",
      inbound_rules: [
        { protocol: "tcp", ports: "20-22", sources: { addresses: ["192.0.2.9", "2001:db8::7"] } },
      ],
      droplet_ids: [id],
    });
    expect(inbound(id)).toEqual([
      { protocol: "tcp", ports: [443, 443], cidrs: world },
      { protocol: "tcp", ports: [20, 22], cidrs: ["192.0.2.9/32", "2001:db8::7/128"] },
    ]);
  });

  it("follow tags of Droplets, given and taken", async () => {
    await api.ask("POST", "/v2/tags", { name: "web" });
    await create({ tags: ["web"] });
    const id = await api.droplet();
    expect(api.world.filters.get(id)).toBeNull();
    const resources = { resources: [{ resource_id: String(id), resource_type: "droplet" }] };
    await api.ask("POST", "/v2/tags/web/resources", resources);
    expect(inbound(id)).toHaveLength(1);
    await api.ask("DELETE", "/v2/tags/web/resources", resources);
    expect(api.world.filters.get(id)).toBeNull();
    await api.ask("POST", "/v2/tags/web/resources", resources);
    await api.ask("DELETE", "/v2/tags/web");
    expect(api.world.filters.get(id)).toBeNull();
  });

  it("resolve tags and Droplets in rules to addresses, and follow them", async () => {
    await api.ask("POST", "/v2/tags", { name: "client" });
    const server = await api.droplet();
    await create({
      inbound_rules: [
        { protocol: "tcp", ports: "5432", sources: { tags: ["client"], droplet_ids: [server] } },
      ],
      droplet_ids: [server],
    });
    const own = ["192.0.2.2/32", "10.118.0.2/32"];
    expect(inbound(server)).toEqual([{ protocol: "tcp", ports: [5432, 5432], cidrs: own }]);
    const client = await api.droplet({ tags: ["client"] });
    const both = [...own, "192.0.2.3/32", "10.118.0.3/32"];
    expect(inbound(server)).toEqual([{ protocol: "tcp", ports: [5432, 5432], cidrs: both }]);
    await api.ask("DELETE", `/v2/droplets/${client}`);
    await api.wait(`/v2/droplets/${client}`, (_, status) => status === 404);
    expect(inbound(server)).toEqual([{ protocol: "tcp", ports: [5432, 5432], cidrs: own }]);
  });

  it("change as a whole by PUT, and ask the world only for what changed", async () => {
    const [a, b] = [await api.droplet(), await api.droplet()];
    const { id } = await create({ droplet_ids: [a] });
    api.world.calls.length = 0;
    const { firewall } = await api.ask("PUT", `/v2/firewalls/${id}`, {
      name: "edge",
      ...rules,
      droplet_ids: [b],
    });
    expect(firewall).toMatchObject({ id, droplet_ids: [b], tags: [], status: "succeeded" });
    expect(api.world.calls.sort()).toEqual([`filter ${a}`, `filter ${b}`].sort());
    expect(api.world.filters.get(a)).toBeNull();
    api.world.calls.length = 0;
    await api.ask("PUT", `/v2/firewalls/${id}`, { name: "renamed", ...rules, droplet_ids: [b] });
    expect(api.world.calls).toEqual([]);
  });

  it("change in part by Droplets, tags and rules", async () => {
    const droplet = await api.droplet({ tags: ["web"] });
    const { id } = await create();
    const path = `/v2/firewalls/${id}`;
    await api.ask("POST", `${path}/droplets`, { droplet_ids: [droplet] });
    expect(inbound(droplet)).toHaveLength(1);
    const ssh = { inbound_rules: [{ protocol: "tcp", ports: "22", sources: { addresses: ["192.0.2.1"] } }] };
    await api.ask("POST", `${path}/rules`, ssh);
    expect(inbound(droplet)).toHaveLength(2);
    await api.ask("DELETE", `${path}/rules`, ssh);
    expect(inbound(droplet)).toHaveLength(1);
    await api.ask("DELETE", `${path}/droplets`, { droplet_ids: [droplet] });
    expect(api.world.filters.get(droplet)).toBeNull();
    await api.ask("POST", `${path}/tags`, { tags: ["web"] });
    expect(inbound(droplet)).toHaveLength(1);
    expect((await api.ask("GET", `/v2/droplets/${droplet}/firewalls`)).firewalls).toMatchObject([{ id }]);
    await api.ask("DELETE", `${path}/tags`, { tags: ["web"] });
    expect(api.world.filters.get(droplet)).toBeNull();
  });

  it("forget a Droplet that is gone", async () => {
    const droplet = await api.droplet();
    const { id } = await create({ droplet_ids: [droplet] });
    await api.ask("DELETE", `/v2/droplets/${droplet}`);
    await api.wait(`/v2/droplets/${droplet}`, (_, status) => status === 404);
    expect((await api.ask("GET", `/v2/firewalls/${id}`)).firewall.droplet_ids).toEqual([]);
  });

  it("say waiting until the packets are filtered, and failed when they are not", async () => {
    const droplet = await api.droplet();
    let go = () => {};
    api.world.hold = () => new Promise((resolve) => (go = resolve));
    const creating = create({ droplet_ids: [droplet] });
    const waiting = await api.wait("/v2/firewalls", ({ firewalls }) => firewalls.length > 0);
    expect(waiting.firewalls).toMatchObject([
      { status: "waiting", pending_changes: [{ droplet_id: droplet, removing: false, status: "waiting" }] },
    ]);
    go();
    expect(await creating).toMatchObject({ status: "succeeded", pending_changes: [] });
    api.world.hold = async () => {
      throw new Error("no nftables");
    };
    const { firewall } = await api.ask("PUT", `/v2/firewalls/${(await creating).id}`, {
      name: "edge",
      outbound_rules: everything,
      droplet_ids: [droplet],
    });
    expect(firewall).toMatchObject({ status: "failed" });
    expect(api.errors).toEqual([`firewalls of droplet ${droplet}: no nftables`]);
  });

  it("tell all ports as 0, as DigitalOcean does, and ranges as they were", async () => {
    const { outbound_rules: outbound, inbound_rules: inboundRules } = await create({
      inbound_rules: [{ ...https, ports: "1-65535" }],
    });
    expect(outbound.map((rule: { ports: string }) => rule.ports)).toEqual(["0", "0", "0"]);
    expect(inboundRules).toEqual([{ ...https, ports: "1-65535" }]);
  });

  const rule = (more: object) => ({ inbound_rules: [{ ...https, ...more }] });
  it.each([
    ["an unknown tag", { tags: ["none"] }, 'Tag "none" does not exist.'],
    ["an unknown tag in a rule", rule({ sources: { tags: ["none"] } }), 'Tag "none" does not exist.'],
    ["an unknown Droplet", { droplet_ids: [7] }, "Droplet 7 does not exist."],
    ["a reversed range", rule({ ports: "90-80" }), "You must specify a valid range for ports."],
    ["a port too high", rule({ ports: "65536" }), "You must specify a valid range for ports."],
    ["no ports", rule({ ports: "" }), "You must specify a valid range for ports."],
    ["an unknown protocol", rule({ protocol: "sctp" }), "Protocol must be one of tcp, udp or icmp."],
    ["no sources", rule({ sources: {} }), "You must specify at least one of the sources of a rule."],
    ["a wrong address", rule({ sources: { addresses: ["300.0.0.1"] } }), 'Invalid address: "300.0.0.1".'],
    ["a wrong mask", rule({ sources: { addresses: ["10.0.0.0/33"] } }), 'Invalid address: "10.0.0.0/33".'],
    ["no rules", { inbound_rules: [], outbound_rules: [] }, "at least one inbound or outbound rule"],
    ["a wrong name", { name: "my firewall" }, "Name must start with"],
  ])("are refused for %s", async (_, wrong, message) => {
    const { status, body } = await api.send("POST", "/v2/firewalls", { name: "edge", ...rules, ...wrong });
    expect(status).toBe(422);
    expect(body.message).toContain(message);
    expect((await api.ask("GET", "/v2/firewalls")).firewalls).toEqual([]);
  });

  it("have a name of their own", async () => {
    await create();
    expect(await api.send("POST", "/v2/firewalls", { name: "edge", ...rules })).toMatchObject({
      status: 409,
      body: { id: "conflict", message: "duplicate name" },
    });
  });
});
