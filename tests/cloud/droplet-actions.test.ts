import { beforeEach, describe, expect, it } from "@jest/globals";
import { type Api, paperApi } from "./api.ts";

describe("Droplet actions", () => {
  let api: Api;
  let id: number;
  let path: string;
  beforeEach(async () => {
    api = await paperApi();
    id = await api.droplet();
    path = `/v2/droplets/${id}/actions`;
  });
  const read = async () => (await api.ask("GET", `/v2/droplets/${id}`)).droplet;
  const refusal = async (body: object) => {
    const { status, body: answer } = await api.send("POST", path, body);
    expect(status).toBe(422);
    return answer.message;
  };

  it.each([
    ["power_off", "off", ["powerOff"]],
    ["shutdown", "off", ["shutdown"]],
    ["reboot", "active", ["shutdown", "powerOn"]],
    ["power_cycle", "active", ["powerOff", "powerOn"]],
  ])("%s leaves it %s", async (type, status, calls) => {
    api.world.calls.length = 0;
    expect(await api.act(path, { type })).toMatchObject({
      type,
      status: "completed",
      resource_id: id,
      resource_type: "droplet",
      region_slug: "fra1",
    });
    expect(await read()).toMatchObject({ status, locked: false });
    expect(api.world.calls).toEqual(calls.map((call) => `${call} ${id}`));
  });

  it("lock the Droplet against another while one runs", async () => {
    let go = () => {};
    api.world.hold = () => new Promise((resolve) => (go = resolve));
    const { action } = await api.ask("POST", path, { type: "shutdown" });
    expect(await read()).toMatchObject({ status: "active", locked: true });
    expect(await refusal({ type: "reboot" })).toBe("Droplet already has a pending event.");
    expect(await api.send("DELETE", `/v2/droplets/${id}`)).toMatchObject({ status: 422 });
    go();
    await api.wait(`${path}/${action.id}`, (body) => body.action.status === "completed");
    expect(await read()).toMatchObject({ status: "off", locked: false });
    // The provider deletes a Droplet by shutting it down, whatever it is; "DO API doesn't return an error", it says.
    await api.act(path, { type: "shutdown" });
    expect(await read()).toMatchObject({ status: "off", locked: false });
  });

  it("let one of many at once win", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.send("POST", path, { type: "power_off" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(422)]);
    await api.wait(`/v2/droplets/${id}`, ({ droplet }) => droplet.status === "off");
    expect(api.world.calls.filter((call) => call.startsWith("powerOff"))).toHaveLength(1);
  });

  it("resize a Droplet that is off, with and without its disk, and never shrink a disk", async () => {
    expect(await refusal({ type: "resize", size: "s-4vcpu-8gb" })).toMatch(/must be powered off/);
    await api.act(path, { type: "power_off" });
    await api.act(path, { type: "resize", size: "s-4vcpu-8gb", disk: false });
    expect(await read()).toMatchObject({ size_slug: "s-4vcpu-8gb", memory: 8192, vcpus: 4, disk: 80 });
    await api.act(path, { type: "resize", size: "s-2vcpu-4gb" });
    await api.act(path, { type: "resize", size: "s-4vcpu-8gb", disk: true });
    expect(await read()).toMatchObject({ disk: 160, size: { disk: 160 } });
    expect(await refusal({ type: "resize", size: "s-2vcpu-4gb" })).toMatch(/can not decrease size/);
    expect(await refusal({ type: "resize", size: "huge" })).toMatch(/invalid size/);
    expect(api.world.calls).toContain(`resize ${id} s-4vcpu-8gb 80`);
    expect(api.world.machines.get(id)?.size).toMatchObject({ slug: "s-4vcpu-8gb", diskGiB: 160 });
    await api.act(path, { type: "power_on" });
    expect(await read()).toMatchObject({ status: "active" });
  });

  it("rename, back up and give IPv6 in place", async () => {
    await api.act(path, { type: "rename", name: "renamed" });
    await api.act(path, {
      type: "enable_backups",
      backup_policy: { plan: "weekly", weekday: "SUN", hour: 4 },
    });
    await api.act(path, { type: "enable_ipv6" });
    expect(await read()).toMatchObject({
      name: "renamed",
      features: ["droplet_agent", "backups", "private_networking", "ipv6"],
    });
    const { policy } = await api.ask("GET", `/v2/droplets/${id}/backups/policy`);
    expect(policy).toMatchObject({
      backup_enabled: true,
      backup_policy: { plan: "weekly", weekday: "SUN", hour: 4 },
    });
    await api.act(path, { type: "disable_backups" });
    expect((await read()).features).not.toContain("backups");
  });

  it("fail visibly and leave the Droplet as it was", async () => {
    api.world.hold = async () => {
      throw new Error("no such power button");
    };
    expect(await api.act(path, { type: "power_off" })).toMatchObject({ status: "errored" });
    expect(await read()).toMatchObject({ status: "active", locked: false });
    expect(api.errors).toEqual([`droplet ${id}: power_off: no such power button`]);
  });

  it("refuse what is unknown or not rehearsed", async () => {
    expect(await refusal({ type: "fly" })).toMatch(/"fly" is invalid/);
    expect(await refusal({ type: "constructor" })).toMatch(/is invalid/);
    expect(await refusal({ type: "snapshot", name: "s" })).toMatch(/A rehearsal has no snapshot/);
    expect(await refusal({})).toBe("type is required.");
  });

  it("act on all Droplets with a tag", async () => {
    const tagged = await api.droplet({ tags: ["web"] });
    const { actions } = await api.ask("POST", "/v2/droplets/actions?tag_name=web", { type: "power_off" });
    expect(actions).toMatchObject([{ resource_id: tagged, type: "power_off" }]);
    await api.wait(`/v2/droplets/${tagged}`, ({ droplet }) => droplet.status === "off");
    expect(await read()).toMatchObject({ status: "active" });
  });
});
