import { beforeEach, describe, expect, it } from "@jest/globals";
import { type Api, paperApi } from "./api.ts";

describe("Reserved IPs", () => {
  let api: Api;
  beforeEach(async () => {
    api = await paperApi();
  });
  const reserve = async (): Promise<string> =>
    (await api.ask("POST", "/v2/reserved_ips", { region: "fra1" })).reserved_ip.ip;
  const assign = (ip: string, droplet: number) =>
    api.act(`/v2/reserved_ips/${ip}/actions`, { type: "assign", droplet_id: droplet });
  const refusal = async (ip: string, body: object) => {
    const answer = await api.send("POST", `/v2/reserved_ips/${ip}/actions`, body);
    expect(answer.status).toBe(422);
    return answer.body.message;
  };

  it("are polled by both addresses of their action", async () => {
    const id = await api.droplet();
    const ip = await reserve();
    const { action } = await api.ask("POST", `/v2/reserved_ips/${ip}/actions`, {
      type: "assign",
      droplet_id: id,
    });
    expect(action).toMatchObject({ type: "assign_ip", status: "in-progress", resource_type: "reserved_ip" });
    for (const path of [`/v2/actions/${action.id}`, `/v2/reserved_ips/${ip}/actions/${action.id}`]) {
      await api.wait(path, (body) => body.action.status === "completed" && body.action.completed_at !== null);
    }
    expect(await api.send("GET", `/v2/reserved_ips/${await reserve()}/actions/${action.id}`)).toMatchObject({
      status: 404,
    });
    expect((await api.ask("GET", `/v2/reserved_ips/${ip}`)).reserved_ip).toMatchObject({
      droplet: { id, region: { slug: "fra1" } },
      region: { slug: "fra1" },
      locked: false,
    });
    expect(api.world.mapped.get(ip)).toBe(id);
    expect(api.cloud.droplets()).toMatchObject([{ reservedIps: [ip] }]);
  });

  it("are made on a Droplet, in its region", async () => {
    const id = await api.droplet();
    const { reserved_ip, links } = await api.ask("POST", "/v2/reserved_ips", { droplet_id: id });
    expect(links).toMatchObject({ droplets: [{ id }], actions: [{ rel: "assign_ip" }] });
    await api.wait(`/v2/reserved_ips/${reserved_ip.ip}`, (body) => body.reserved_ip.droplet?.id === id);
  });

  it("move from one Droplet to another without a gap", async () => {
    const [first, second] = [await api.droplet(), await api.droplet()];
    const ip = await reserve();
    await assign(ip, first);
    await assign(ip, second);
    expect(api.world.calls.filter((call) => call.startsWith("map"))).toEqual([
      `mapReservedIp ${ip} ${first}`,
      `mapReservedIp ${ip} ${second}`,
    ]);
  });

  it("are one for a Droplet, of its region, and not in two moves at once", async () => {
    const id = await api.droplet();
    const elsewhere = await api.droplet({ region: "nyc3" });
    const [ip, other] = [await reserve(), await reserve()];
    let go = () => {};
    api.world.hold = () => new Promise((resolve) => (go = resolve));
    const both = await Promise.all(
      [ip, other].map((each) =>
        api.send("POST", `/v2/reserved_ips/${each}/actions`, { type: "assign", droplet_id: id }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
    go();
    await api.wait("/v2/reserved_ips", ({ reserved_ips: all }) =>
      all.every((each: { locked: boolean }) => !each.locked),
    );
    expect(await refusal(other, { type: "assign", droplet_id: id })).toMatch(
      /already assigned a reserved IP/,
    );
    expect(await refusal(ip, { type: "assign", droplet_id: elsewhere })).toMatch(/same region/);
    expect(await refusal(other, { type: "unassign" })).toMatch(/not assigned/);
    expect(await refusal(other, { type: "assign", droplet_id: 7 })).toMatch(/not found/);
    expect(await refusal(other, { type: "lend" })).toMatch(/assign or unassign/);
  });

  it("wait for a Droplet that has an event", async () => {
    const id = await api.droplet();
    const ip = await reserve();
    let go = () => {};
    api.world.hold = () => new Promise((resolve) => (go = resolve));
    await api.ask("POST", `/v2/droplets/${id}/actions`, { type: "shutdown" });
    expect(await refusal(ip, { type: "assign", droplet_id: id })).toBe(
      "Droplet already has a pending event.",
    );
    go();
  });

  it("stay where they were when a move fails", async () => {
    const id = await api.droplet();
    const ip = await reserve();
    api.world.hold = async () => {
      throw new Error("no translation");
    };
    expect(await assign(ip, id)).toMatchObject({ status: "errored" });
    expect((await api.ask("GET", `/v2/reserved_ips/${ip}`)).reserved_ip).toMatchObject({
      droplet: null,
      locked: false,
    });
    api.world.hold = () => Promise.resolve();
    expect(await assign(ip, id)).toMatchObject({ status: "completed" });
  });

  it("are given back when deleted, and run out", async () => {
    const ip = await reserve();
    expect(await api.send("DELETE", `/v2/reserved_ips/${ip}`)).toMatchObject({ status: 204 });
    expect(api.world.calls.at(-1)).toBe(`releaseReservedIp ${ip}`);
    expect(await api.send("GET", `/v2/reserved_ips/${ip}`)).toMatchObject({ status: 404 });
    api.world.limitReservedIps(0);
    expect(await api.send("POST", "/v2/reserved_ips", { region: "fra1" })).toMatchObject({
      status: 422,
      body: { message: "No reserved IP is available: all addresses are taken" },
    });
  });
});
