import { beforeEach, describe, expect, it } from "@jest/globals";
import { type Api, paperApi } from "./api.ts";

const order = { name: "state", region: "fra1", size_gigabytes: 10 };

describe("Volumes", () => {
  let api: Api;
  beforeEach(async () => {
    api = await paperApi();
  });
  const create = async (more: object = {}) =>
    (await api.ask("POST", "/v2/volumes", { ...order, ...more })).volume;
  const read = async (id: string) => (await api.ask("GET", `/v2/volumes/${id}`)).volume;
  const refusal = async (id: string, body: object) => {
    const answer = await api.send("POST", `/v2/volumes/${id}/actions`, body);
    expect(answer.status).toBe(422);
    return answer.body.message;
  };

  it("are made with their filesystem and tags", async () => {
    const volume = await create({ filesystem_type: "ext4", filesystem_label: "data", tags: ["web"] });
    expect(volume).toMatchObject({
      filesystem_type: "ext4",
      filesystem_label: "data",
      tags: ["web"],
      droplet_ids: [],
    });
    expect(api.world.volumes.get(volume.id)).toMatchObject({
      name: "state",
      gigabytes: 10,
      filesystem: "ext4",
      label: "data",
    });
    expect((await api.ask("GET", "/v2/tags/web")).tag.resources.volumes.count).toBe(1);
  });

  it.each([
    ["too small", { size_gigabytes: 0 }, "size_gigabytes must be between 1 and 16384."],
    ["too big", { size_gigabytes: 16385 }, "size_gigabytes must be between 1 and 16384."],
    ["badly named", { name: "State_1" }, "Volume name must start with"],
    ["of an unknown region", { region: "fra9" }, "Region is not available"],
    ["of an unknown filesystem", { filesystem_type: "zfs" }, "filesystem_type must be ext4 or xfs."],
    [
      "of too long a label",
      { filesystem_type: "xfs", filesystem_label: "thirteenchars" },
      "at most 12 characters",
    ],
    ["from a snapshot", { snapshot_id: "none" }, "The snapshot was not found."],
  ])("are refused when %s", async (_, wrong, message) => {
    const { status, body } = await api.send("POST", "/v2/volumes", { ...order, ...wrong });
    expect(status).toBe(422);
    expect(body.message).toContain(message);
    expect(api.world.calls).toEqual([]);
  });

  it("have a name of their own in a region, also when made at once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => api.send("POST", "/v2/volumes", order)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    await create({ region: "nyc3" });
  });

  it("attach to one Droplet of their region", async () => {
    const [id, other] = [await api.droplet(), await api.droplet()];
    const elsewhere = await api.droplet({ region: "nyc3" });
    const volume = await create();
    expect(await refusal(volume.id, { type: "attach", droplet_id: elsewhere })).toMatch(/different regions/);
    expect(await refusal(volume.id, { type: "attach", droplet_id: 7 })).toMatch(/not found/);
    expect(await refusal(volume.id, { type: "detach", droplet_id: id })).toBe("Attachment not found");
    const action = await api.act(`/v2/volumes/${volume.id}/actions`, { type: "attach", droplet_id: id });
    expect(action).toMatchObject({ type: "attach_volume", status: "completed", resource_type: "volume" });
    expect((await read(volume.id)).droplet_ids).toEqual([id]);
    expect((await api.ask("GET", `/v2/droplets/${id}`)).droplet.volume_ids).toEqual([volume.id]);
    expect(await refusal(volume.id, { type: "attach", droplet_id: id })).toMatch(/already attached to this/);
    expect(await refusal(volume.id, { type: "attach", droplet_id: other })).toMatch(
      /already attached to another/,
    );
    await api.act("/v2/volumes/actions", {
      type: "detach",
      droplet_id: id,
      volume_name: "state",
      region: "fra1",
    });
    expect((await read(volume.id)).droplet_ids).toEqual([]);
  });

  it("only grow", async () => {
    const { id } = await create();
    const action = await api.act(`/v2/volumes/${id}/actions`, { type: "resize", size_gigabytes: 20 });
    expect(action).toMatchObject({ type: "resize_volume", status: "completed" });
    expect((await read(id)).size_gigabytes).toBe(20);
    expect(await refusal(id, { type: "resize", size_gigabytes: 15 })).toMatch(/can only grow/);
    expect(await refusal(id, { type: "resize", size_gigabytes: 20_000 })).toMatch(/at most 16384 GiB/);
  });

  it("are not deleted while attached", async () => {
    const droplet = await api.droplet();
    const { id } = await create();
    await api.act(`/v2/volumes/${id}/actions`, { type: "attach", droplet_id: droplet });
    expect(await api.send("DELETE", `/v2/volumes/${id}`)).toMatchObject({
      status: 409,
      body: { id: "conflict" },
    });
    await api.act(`/v2/volumes/${id}/actions`, { type: "detach", droplet_id: droplet });
    expect(await api.send("DELETE", "/v2/volumes?name=state&region=fra1")).toMatchObject({ status: 204 });
    expect(await api.send("GET", `/v2/volumes/${id}`)).toMatchObject({ status: 404 });
    expect(api.world.volumes.size).toBe(0);
  });

  it("go to a new Droplet while the old one is still being destroyed", async () => {
    const { id } = await create();
    const old = await api.droplet({ volumes: [id] });
    const next = await api.droplet();
    await api.ask("DELETE", `/v2/droplets/${old}`);
    await api.wait(`/v2/volumes/${id}`, ({ volume }) => volume.droplet_ids.length === 0);
    expect(await api.act(`/v2/volumes/${id}/actions`, { type: "attach", droplet_id: next })).toMatchObject({
      status: "completed",
    });
    expect(api.errors).toEqual([]);
  });

  it("are plugged into a new Droplet before it boots", async () => {
    const { id } = await create();
    const droplet = await api.droplet({ volumes: [id] });
    expect(api.world.machines.get(droplet)?.spec.volumes).toEqual([id]);
    expect((await read(id)).droplet_ids).toEqual([droplet]);
  });

  it("are free again when the Droplet that was to have them was not made", async () => {
    const { id } = await create();
    api.world.hold = async (call) => {
      if (call.startsWith("createDroplet")) throw new Error("no such device");
    };
    const droplet = await api.droplet({ volumes: [id] });
    expect((await read(id)).droplet_ids).toEqual([]);
    await api.ask("DELETE", `/v2/droplets/${droplet}`);
    await api.wait(`/v2/droplets/${droplet}`, (_, status) => status === 404);
    expect(await api.send("DELETE", `/v2/volumes/${id}`)).toMatchObject({ status: 204 });
  });

  it("are attached before they are detached when their Droplet is destroyed meanwhile", async () => {
    const { id } = await create();
    const droplet = await api.droplet();
    let go = () => {};
    api.world.hold = (call) =>
      call.startsWith("attach") ? new Promise((resolve) => (go = resolve)) : Promise.resolve();
    await api.ask("POST", `/v2/volumes/${id}/actions`, { type: "attach", droplet_id: droplet });
    await api.ask("DELETE", `/v2/droplets/${droplet}`);
    expect(api.world.calls.at(-1)).toBe(`attachVolume ${id} ${droplet}`);
    go();
    await api.wait(`/v2/droplets/${droplet}`, (_, status) => status === 404);
    expect(api.world.calls.slice(-3)).toEqual([
      `powerOff ${droplet}`,
      `detachVolume ${id} ${droplet}`,
      `destroy ${droplet}`,
    ]);
    expect(api.errors).toEqual([]);
  });
});
