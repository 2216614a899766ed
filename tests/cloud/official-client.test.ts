import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Cloud, startCloud } from "../../rehearsal/cloud/cloud.ts";
import { type OfficialClient, officialClient } from "./official-client.ts";
import { PaperWorld } from "./paper-world.ts";

const PUBLIC_KEY = `ssh-ed25519 ${Buffer.alloc(51, 7).toString("base64")} someone@example.com`;

const bySlug = (list: readonly { slug: string }[], slug: string) => list.find((item) => item.slug === slug);

describe("official client", () => {
  let cloud: Cloud;
  let api: OfficialClient;
  beforeAll(async () => {
    cloud = await startCloud({ world: new PaperWorld() });
    api = officialClient(cloud.url);
  });
  afterAll(() => cloud.close());

  /** Creates a Droplet and waits as a client does, until it is active. */
  async function activeDroplet(name: string, more: object = {}): Promise<number> {
    const order = { name, region: "fra1", size: "s-2vcpu-4gb", image: "debian-13-x64", ...more };
    const created = await api.read(api.client.v2.droplets.post(order));
    const id = created.droplet.id;
    await until(async () => (await droplet(id)).status === "active");
    return id;
  }
  const droplet = async (id: number) =>
    (await api.read(api.client.v2.droplets.byDroplet_id(id).get())).droplet;

  async function until(come: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await come()); tries += 1) {
      if (tries === 200) throw new Error("it never came about");
      await sleep(5);
    }
  }
  const done = (id: number | null | undefined) =>
    until(async () => {
      const read = await api.read(api.client.v2.actions.byAction_id(id ?? 0).get());
      return read.action.status === "completed" && read.action.completedAt instanceof Date;
    });

  it("reads the account", async () => {
    const { account } = await api.read(api.client.v2.account.get());
    expect(account).toMatchObject({ status: "active", emailVerified: true });
  });

  it("reads regions, sizes and images", async () => {
    const perPage = { queryParameters: { perPage: 200 } };
    const { regions } = await api.read(api.client.v2.regions.get(perPage));
    expect(bySlug(regions, "fra1")).toMatchObject({
      name: "Frankfurt 1",
      available: true,
    });
    const { sizes } = await api.read(api.client.v2.sizes.get(perPage));
    expect(bySlug(sizes, "s-2vcpu-4gb")).toMatchObject({
      memory: 4096,
      vcpus: 2,
      disk: 80,
      priceMonthly: 24,
      priceHourly: 0.03571,
    });
    const { images } = await api.read(api.client.v2.images.get());
    expect(bySlug(images, "debian-13-x64")).toMatchObject({ distribution: "Debian" });
    const { image } = await api.read(api.client.v2.images.byImage_id(images[0].id).get());
    expect(image).toMatchObject({ distribution: "Debian", status: "available" });
  });

  it("follows a Droplet from its creation to its end", async () => {
    const order = {
      name: "gateway",
      region: "fra1",
      size: "s-2vcpu-4gb",
      image: "debian-13-x64",
      monitoring: true,
      tags: ["web"],
      userData: "#cloud-config\n",
    };
    const created = await api.read(api.client.v2.droplets.post(order));
    expect(created).toMatchObject({ droplet: { status: "new", locked: true, name: "gateway" } });
    const id = created.droplet.id;
    await until(async () => (await droplet(id)).locked === false);
    const running = await droplet(id);
    expect(running).toMatchObject({ status: "active", sizeSlug: "s-2vcpu-4gb", tags: ["web"], memory: 4096 });
    expect(running.features).toContain("monitoring");
    expect(running.networks.v4[1]).toMatchObject({ type: "public", ipAddress: "192.0.2.2" });

    const listed = await api.read(api.client.v2.droplets.get({ queryParameters: { tagName: "web" } }));
    expect(listed.droplets).toMatchObject([{ id }]);

    const { action } = await api.read(
      api.client.v2.droplets.byDroplet_id(id).actions.post({ type: "power_off" }),
    );
    expect(action).toMatchObject({ type: "power_off", status: "in-progress", resourceId: id });
    await done(action.id);
    expect((await droplet(id)).status).toBe("off");
    const { actions } = await api.read(api.client.v2.droplets.byDroplet_id(id).actions.get());
    expect(actions).toMatchObject([{ type: "power_off" }, { type: "create" }]);

    await api.client.v2.droplets.byDroplet_id(id).delete();
    await until(async () => (await api.read(api.client.v2.droplets.get())).droplets.length === 0);
    await expect(api.client.v2.droplets.byDroplet_id(id).get()).rejects.toMatchObject({
      responseStatusCode: 404,
      id: "not_found",
    });
  });

  it("keeps an SSH key", async () => {
    const keys = api.client.v2.account.keys;
    const { sshKey } = await api.read(keys.post({ name: "laptop", publicKey: PUBLIC_KEY }));
    expect(sshKey.fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    const key = keys.bySsh_key_identifier(sshKey.id);
    await api.read(key.put({ name: "desk" }));
    expect((await api.read(key.get())).sshKey).toMatchObject({ name: "desk", publicKey: PUBLIC_KEY });
    expect((await api.read(keys.get())).sshKeys).toHaveLength(1);
    await key.delete();
    await expect(key.get()).rejects.toMatchObject({ responseStatusCode: 404 });
  });

  it("tags and untags", async () => {
    const id = await activeDroplet("tagged");
    const { tag } = await api.read(api.client.v2.tags.post({ name: "env:prod" }));
    expect(tag.name).toBe("env:prod");
    const known = api.client.v2.tags.byTag_id("env:prod");
    const resources = { resources: [{ resourceId: String(id), resourceType: "droplet" }] };
    await known.resources.post(resources);
    expect((await api.read(known.get())).tag.resources.droplets.count).toBe(1);
    expect((await droplet(id)).tags).toEqual(["env:prod"]);
    await known.resources.delete(resources);
    expect((await droplet(id)).tags).toEqual([]);
    await known.delete();
    const { tags } = await api.read(api.client.v2.tags.get());
    expect(tags).not.toContainEqual(expect.objectContaining({ name: "env:prod" }));
  });

  it("keeps a firewall", async () => {
    const id = await activeDroplet("walled");
    const rules = {
      inboundRules: [{ protocol: "tcp", ports: "443", sources: { addresses: ["0.0.0.0/0", "::/0"] } }],
      outboundRules: [
        { protocol: "udp", ports: "all", destinations: { addresses: ["0.0.0.0/0"] } },
        { protocol: "icmp", ports: "0", destinations: { addresses: ["0.0.0.0/0"] } },
      ],
    };
    const { firewall } = await api.read(
      api.client.v2.firewalls.post({ name: "edge", ...rules, dropletIds: [id] }),
    );
    expect(firewall).toMatchObject({ status: "succeeded", dropletIds: [id], pendingChanges: [] });
    expect(firewall.outboundRules).toMatchObject([{ ports: "0" }, { ports: "0" }]);
    const known = api.client.v2.firewalls.byFirewall_id(firewall.id);
    await api.read(known.put({ name: "edge-2", ...rules, dropletIds: [] }));
    await known.droplets.post({ dropletIds: [id] });
    expect((await api.read(known.get())).firewall).toMatchObject({ name: "edge-2", dropletIds: [id] });
    expect((await api.read(api.client.v2.firewalls.get())).firewalls).toHaveLength(1);
    await known.delete();
    await expect(known.get()).rejects.toMatchObject({ responseStatusCode: 404 });
  });

  it("moves a Reserved IP", async () => {
    const id = await activeDroplet("reserved");
    const { reservedIp } = await api.read(api.client.v2.reserved_ips.post({ region: "fra1" }));
    const known = api.client.v2.reserved_ips.byReserved_ip(reservedIp.ip);
    const { action } = await api.read(known.actions.post({ type: "assign", dropletId: id }));
    expect(action).toMatchObject({ type: "assign_ip", resourceType: "reserved_ip" });
    await until(async () => (await api.read(known.get())).reservedIp.droplet.id === id);
    const { actions } = await api.read(known.actions.get());
    expect(actions).toMatchObject([{ status: "completed" }]);
    await api.read(known.actions.post({ type: "unassign" }));
    await until(async () => (await api.read(known.get())).reservedIp.locked === false);
    await known.delete();
    expect((await api.read(api.client.v2.reserved_ips.get())).reservedIps).toEqual([]);
  });

  it("attaches, grows and detaches a Volume", async () => {
    const id = await activeDroplet("stored");
    const order = { name: "state", region: "fra1", sizeGigabytes: 10, filesystemType: "ext4" };
    const { volume } = await api.read(api.client.v2.volumes.post(order));
    expect(volume).toMatchObject({ name: "state", sizeGigabytes: 10, dropletIds: [] });
    const known = api.client.v2.volumes.byVolume_id(volume.id);
    for (const request of [
      { type: "attach", dropletId: id },
      { type: "resize", sizeGigabytes: 20 },
    ]) {
      const { action } = await api.read(known.actions.post(request));
      await done(action.id);
    }
    expect((await api.read(known.get())).volume).toMatchObject({ dropletIds: [id], sizeGigabytes: 20 });
    const byName = await api.read(api.client.v2.volumes.get({ queryParameters: { name: "state" } }));
    expect(byName.volumes).toHaveLength(1);
    const { action } = await api.read(known.actions.post({ type: "detach", dropletId: id }));
    await done(action.id);
    await known.delete();
    expect((await api.read(api.client.v2.volumes.get())).volumes).toEqual([]);
  });

  it("keeps a VPC and a project", async () => {
    const { vpc } = await api.read(
      api.client.v2.vpcs.post({ name: "inner", region: "fra1", ipRange: "10.20.0.0/24" }),
    );
    expect(vpc).toMatchObject({ ipRange: "10.20.0.0/24", defaultEscaped: false });
    const id = await activeDroplet("inside", { vpcUuid: vpc.id });
    const known = api.client.v2.vpcs.byVpc_id(vpc.id);
    expect((await api.read(known.members.get())).members).toHaveLength(1);
    await expect(known.delete()).rejects.toMatchObject({ responseStatusCode: 403 });

    const { project } = await api.read(
      api.client.v2.projects.post({
        name: "gateways",
        purpose: "Web Application",
        environment: "Production",
      }),
    );
    const { resources } = await api.read(
      api.client.v2.projects.byProject_id(project.id).resources.post({ resources: [`do:droplet:${id}`] }),
    );
    expect(resources).toMatchObject([{ urn: `do:droplet:${id}`, status: "assigned" }]);
    expect((await api.read(api.client.v2.projects.get())).projects).toHaveLength(2);
  });

  it("keeps a domain with its records", async () => {
    await api.read(api.client.v2.domains.post({ name: "example.com", ipAddress: "192.0.2.1" }));
    const known = api.client.v2.domains.byDomain_name("example.com");
    const { domainRecord } = await api.read(
      known.records.post({ type: "CNAME", name: "www", data: "example.com." }),
    );
    expect(domainRecord).toMatchObject({ type: "CNAME", data: "example.com", ttl: 1800 });
    expect((await api.read(known.records.get())).domainRecords).toHaveLength(5);
    await known.delete();
    expect((await api.read(api.client.v2.domains.get())).domains).toEqual([]);
  });

  it("keeps an uptime check and an alert policy", async () => {
    const { check } = await api.read(
      api.client.v2.uptime.checks.post({
        name: "up",
        type: "https",
        target: "https://example.com",
        enabled: true,
      }),
    );
    const known = api.client.v2.uptime.checks.byCheck_id(check.id);
    const alert = {
      name: "down",
      type: "down",
      period: "2m",
      notifications: { email: ["a@example.com"], slack: [] },
    };
    await api.read(known.alerts.post(alert));
    expect((await api.read(known.alerts.get())).alerts).toHaveLength(1);
    const policy = {
      type: "v1/insights/droplet/cpu",
      description: "busy",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: { email: ["a@example.com"], slack: [] },
      enabled: true,
      entities: [],
      tags: [],
    };
    await api.read(api.client.v2.monitoring.alerts.post(policy));
    expect((await api.read(api.client.v2.monitoring.alerts.get())).policies).toHaveLength(1);
  });
});
