import { beforeEach, describe, expect, it } from "@jest/globals";
import { type Api, order, paperApi } from "./api.ts";

const PUBLIC_KEY = `ssh-ed25519 ${Buffer.alloc(51, 7).toString("base64")} someone@example.com`;

describe("Droplets", () => {
  let api: Api;
  beforeEach(async () => {
    api = await paperApi();
  });
  const read = async (id: number) => (await api.ask("GET", `/v2/droplets/${id}`)).droplet;

  it("are new and locked until the machine runs, then active with their addresses", async () => {
    let run = () => {};
    api.world.hold = (call) =>
      call.startsWith("createDroplet") ? new Promise((resolve) => (run = resolve)) : Promise.resolve();
    const { droplet, links } = await api.ask("POST", "/v2/droplets", order);
    expect(droplet).toMatchObject({ status: "new", locked: true, networks: { v4: [], v6: [] } });
    expect(droplet.id).toBeGreaterThan(99_999_999);
    expect(droplet.id).toBeLessThan(1_000_000_000);
    const actionPath = new URL(links.actions[0].href).pathname;
    expect((await api.ask("GET", actionPath)).action).toMatchObject({
      status: "in-progress",
      completed_at: null,
    });
    await api.wait(`/v2/droplets/${droplet.id}`, () =>
      api.world.calls.includes(`createDroplet ${droplet.id}`),
    );
    expect(await read(droplet.id)).toMatchObject({
      status: "new",
      locked: true,
      networks: { v4: [], v6: [] },
    });
    run();
    await api.wait(actionPath, ({ action }) => action.status === "completed" && action.completed_at !== null);
    const active = await read(droplet.id);
    expect(active).toMatchObject({ status: "active", locked: false });
    expect(active.networks.v4).toContainEqual(
      expect.objectContaining({ type: "public", ip_address: "192.0.2.2" }),
    );
    expect(api.cloud.droplets()).toMatchObject([{ id: droplet.id, status: "active", address: "192.0.2.2" }]);
  });

  it("become the machine that was ordered", async () => {
    const { ssh_key } = await api.ask("POST", "/v2/account/keys", { name: "laptop", public_key: PUBLIC_KEY });
    const id = await api.droplet({ ssh_keys: [ssh_key.fingerprint], user_data: "#cloud-config\n" });
    expect(api.world.machines.get(id)?.spec).toEqual({
      id,
      name: "gateway",
      size: { slug: "s-2vcpu-4gb", memoryMiB: 4096, vcpus: 2, diskGiB: 80 },
      region: "fra1",
      image: "debian-13-x64",
      userData: "#cloud-config\n",
      volumes: [],
      publicKeys: [PUBLIC_KEY],
      address: "192.0.2.2",
    });
  });

  it("tell back monitoring, backups and IPv6 as features, and give the agent unless refused", async () => {
    const all = await read(await api.droplet({ monitoring: true, backups: true, ipv6: true }));
    expect(all.features).toEqual(["droplet_agent", "monitoring", "backups", "private_networking", "ipv6"]);
    expect(all.networks.v6).toHaveLength(1);
    const bare = await read(await api.droplet({ with_droplet_agent: false }));
    expect(bare.features).toEqual(["private_networking"]);
  });

  it.each([
    ["an unknown size", { size: "s-3vcpu-5gb" }, "You specified an invalid size for Droplet creation."],
    ["an unknown region", { region: "fra9" }, "You specified an invalid region for Droplet creation."],
    ["a closed region", { region: "nyc2" }, "Region is not available"],
    ["an unknown image", { image: "debian-4-x64" }, "You specified an invalid image for Droplet creation."],
    ["no image", { image: null }, "You specified an invalid image for Droplet creation."],
    ["an unknown key", { ssh_keys: [7] }, "7 are invalid key identifiers for Droplet creation."],
    ["a name that is no host name", { name: "my_gateway" }, "Only valid hostname characters are allowed."],
    ["no name", { name: "" }, "name is required."],
    [
      "user data over 64 KiB",
      { user_data: "é".repeat(32_769) },
      "65538 bytes, the maximum is 65536 (64 KiB)",
    ],
    ["an invalid tag", { tags: ["a b"] }, 'Tag name "a b" is invalid'],
    ["an unknown VPC", { vpc_uuid: "none" }, "You specified an invalid VPC for Droplet creation."],
    ["an unknown volume", { volumes: ["none"] }, "Volume none was not found."],
    ["a wrong backup hour", { backup_policy: { plan: "daily", hour: 5 } }, "hour must be"],
  ])("are refused for %s, and nothing is made", async (_, wrong, message) => {
    const { status, body } = await api.send("POST", "/v2/droplets", { ...order, tags: ["web"], ...wrong });
    expect(status).toBe(422);
    expect(body).toMatchObject({ id: "unprocessable_entity", message: expect.stringContaining(message) });
    expect((await api.ask("GET", "/v2/droplets")).droplets).toEqual([]);
    expect((await api.ask("GET", "/v2/tags")).tags).toEqual([]);
    expect(api.world.calls).toEqual([]);
  });

  it("may have exactly 64 KiB of user data, and an image by its number", async () => {
    const { images } = await api.ask("GET", "/v2/images");
    await api.droplet({ user_data: "x".repeat(65_536), image: images[0].id });
  });

  it("bring the tags they name into being", async () => {
    await api.droplet({ tags: ["gateway", "Env:Prod"] });
    const { tag } = await api.ask("GET", "/v2/tags/env:prod");
    expect(tag).toMatchObject({ name: "Env:Prod", resources: { count: 1, droplets: { count: 1 } } });
  });

  it("are found by name and by tag, and made several at once", async () => {
    await api.droplet({ tags: ["web"] });
    const { droplets } = await api.ask("POST", "/v2/droplets", { ...order, names: ["a", "b"], tags: ["db"] });
    expect(droplets).toHaveLength(2);
    const names = async (query: string) =>
      (await api.ask("GET", `/v2/droplets?${query}`)).droplets.map(
        (droplet: { name: string }) => droplet.name,
      );
    expect(await names("name=a")).toEqual(["a"]);
    expect(await names("tag_name=web")).toEqual(["gateway"]);
    expect(await names("tag_name=none")).toEqual([]);
  });

  it("are off, unlocked and destroyable when their creation fails, and the reason is told", async () => {
    api.world.hold = async (call) => {
      if (call.startsWith("createDroplet")) throw new Error("no root file system");
    };
    const id = await api.droplet();
    expect(await read(id)).toMatchObject({ status: "off", locked: false, networks: { v4: [] } });
    const { actions } = await api.ask("GET", `/v2/droplets/${id}/actions`);
    expect(actions).toMatchObject([{ type: "create", status: "errored" }]);
    expect(api.errors).toEqual([`droplet ${id}: create: no root file system`]);
    expect(await api.send("DELETE", `/v2/droplets/${id}`)).toMatchObject({ status: 204 });
    await api.wait(`/v2/droplets/${id}`, (_, status) => status === 404);
    expect(api.errors).toHaveLength(1);
  });

  it.each([
    ["their ids", (id: string) => id],
    ["objects with their ids, as godo sends them", (id: string) => ({ id })],
  ])("are given Volumes by %s", async (_, named) => {
    const order = { name: "state", region: "fra1", size_gigabytes: 10 };
    const { volume } = await api.ask("POST", "/v2/volumes", order);
    const id = await api.droplet({ volumes: [named(volume.id)] });
    expect((await read(id)).volume_ids).toEqual([volume.id]);
  });

  it("are destroyed with their Reserved IP unassigned and their Volume kept", async () => {
    const { volume } = await api.ask("POST", "/v2/volumes", {
      name: "state",
      region: "fra1",
      size_gigabytes: 10,
    });
    const id = await api.droplet({ volumes: [volume.id] });
    expect((await read(id)).volume_ids).toEqual([volume.id]);
    const { reserved_ip } = await api.ask("POST", "/v2/reserved_ips", { region: "fra1" });
    await api.act(`/v2/reserved_ips/${reserved_ip.ip}/actions`, { type: "assign", droplet_id: id });
    await api.ask("DELETE", `/v2/droplets/${id}`);
    await api.wait(`/v2/droplets/${id}`, (_, status) => status === 404);
    expect((await api.ask("GET", `/v2/volumes/${volume.id}`)).volume.droplet_ids).toEqual([]);
    expect((await api.ask("GET", `/v2/reserved_ips/${reserved_ip.ip}`)).reserved_ip.droplet).toBeNull();
    expect(api.world.calls.slice(-4)).toEqual([
      `powerOff ${id}`,
      `detachVolume ${volume.id} ${id}`,
      `mapReservedIp ${reserved_ip.ip} null`,
      `destroy ${id}`,
    ]);
    expect(api.errors).toEqual([]);
  });

  it("are destroyed by tag, all or none", async () => {
    const ids = [await api.droplet({ tags: ["old"] }), await api.droplet({ tags: ["old"] })];
    const kept = await api.droplet();
    expect(await api.send("DELETE", "/v2/droplets?tag_name=old")).toMatchObject({ status: 204 });
    for (const id of ids) await api.wait(`/v2/droplets/${id}`, (_, status) => status === 404);
    expect(api.cloud.droplets().map(({ id }) => id)).toEqual([kept]);
  });

  it("stay, unlocked, when their destruction fails", async () => {
    const id = await api.droplet();
    api.world.hold = async (call) => {
      if (call.startsWith("destroy")) throw new Error("it is stuck");
    };
    await api.ask("DELETE", `/v2/droplets/${id}`);
    await api.wait(`/v2/droplets/${id}`, ({ droplet }) => !droplet.locked && droplet.status === "off");
    expect(api.errors).toEqual([`droplet ${id}: destroy: it is stuck`]);
    api.world.hold = () => Promise.resolve();
    await api.ask("DELETE", `/v2/droplets/${id}`);
    await api.wait(`/v2/droplets/${id}`, (_, status) => status === 404);
  });
});
