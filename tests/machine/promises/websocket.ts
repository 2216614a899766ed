import { afterAll, describe, expect, it } from "@jest/globals";
import { places } from "../client/connect.ts";
import { Device, signIn } from "../client/sign-in.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

interface Devices {
  readonly pending: readonly { requestId: string; deviceId: string; remoteIp: string }[];
  readonly paired: readonly { deviceId: string }[];
}

const devices = async () => JSON.parse(await outputOf("openclaw devices list --json")) as Devices;

const forwarded: readonly Record<string, string>[] = [
  { "x-forwarded-for": "127.0.0.1" },
  { "x-forwarded-for": "::1, 127.0.0.1" },
  { "x-real-ip": "127.0.0.1" },
  { forwarded: "for=127.0.0.1;host=localhost;proto=http" },
];

describe("a WebSocket", () => {
  const device = new Device();

  afterAll(async () => {
    const { paired } = await devices();
    if (paired.some(({ deviceId }) => deviceId === device.id))
      await outputOf(`openclaw devices remove ${device.id}`);
  });

  it("opens with the right key, and without a device the key alone may do nothing", async () => {
    const { code, scopes, client } = await signIn({});
    client.sendJson({ type: "req", id: "2", method: "sessions.list", params: {} });
    let answer = await client.nextJson<{ id?: string; ok?: boolean; error?: { message: string } }>();
    while (!("closed" in answer) && answer.id !== "2") answer = await client.nextJson();
    client.close();
    expect({ code, scopes }).toEqual({ code: "", scopes: [] });
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining("missing scope") } });
  });

  it("does not open with a wrong key, or none", async () => {
    for (const key of ["x".repeat(48), gateway.key.slice(0, -1), gateway.key.toLowerCase()]) {
      const { code, closed } = await signIn({ from: places.wrongKey, key });
      expect({ code, closed }).toEqual({ code: "AUTH_TOKEN_MISMATCH", closed: 1008 });
    }
    expect(await signIn({ from: places.wrongKey, key: "" })).toMatchObject({
      code: "DEVICE_IDENTITY_REQUIRED",
      closed: 1008,
    });
  });

  it("gives a program without a page (no Origin) no more than the key alone", async () => {
    const { code, scopes, client } = await signIn({ origin: null });
    client.close();
    expect({ code, scopes }).toEqual({ code: "", scopes: [] });
  });

  it("takes nobody for local who says so", async () => {
    const strangers = forwarded.map((header) => ({ header, device: new Device() }));
    for (const { header, device } of strangers)
      expect(await signIn({ from: places.forger, device, headers: header })).toMatchObject({
        code: "PAIRING_REQUIRED",
      });
    const { pending, paired } = await devices();
    for (const { device } of strangers)
      expect(pending.find(({ deviceId }) => deviceId === device.id)?.remoteIp).toBe(places.forger.address);
    expect(paired).toEqual([]);
  });

  it("lets a device in with its scopes once the administrator approved it, and not before", async () => {
    expect(await signIn({ device })).toMatchObject({ code: "PAIRING_REQUIRED", closed: 1008 });
    const request = (await devices()).pending.find(({ deviceId }) => deviceId === device.id);
    await outputOf(`openclaw devices approve ${request?.requestId}`);
    const { code, scopes, client } = await signIn({ device });
    client.close();
    expect(code).toBe("");
    expect(scopes).toContain("operator.read");
  });
});
