/** A person's whole way: the page, the key, the approval, a question, and the answer of an agent at work. */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Page } from "playwright-core";
import { ed25519KeyPair } from "../../../components/ed25519-key-pair.ts";
import type { Devices } from "../../../devices/devices.ts";
import { projectRoot } from "../../../rehearsal/run-directory.ts";
import { container } from "../agent.ts";
import { Chromium } from "../client/chromium.ts";
import { places } from "../client/connect.ts";
import { approval, composer, open, requestId, type Watched } from "../client/page.ts";
import { devices, devicesInRehearsal, devicesOfAnother } from "../devices-tool.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

jest.setTimeout(180_000);

/** For who wants to see it. README.md shows one: `npm test machine && cp tests/artefacts/answer.png docs/`. */
async function keep(page: Page, name: string): Promise<void> {
  const directory = join(projectRoot, "tests/artefacts");
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
}

describe("a browser", () => {
  let chromium: Chromium;
  let visit: Watched;
  let fingerprint = "";

  beforeAll(async () => {
    chromium = await Chromium.start(gateway.ca);
    visit = await open(chromium, places.browser);
  });

  afterAll(async () => {
    if (visit) await keep(visit.page, "last"); // where it stood, when a test failed
    await chromium?.close();
  });

  it("refuses the gateway where the rehearsal's authority is not trusted", async () => {
    const untrusting = await Chromium.start();
    try {
      const { page } = await open(untrusting, places.browser);
      await expect(page.goto(gateway.url)).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
    } finally {
      await untrusting.close();
    }
  });

  it("loads the page over TLS, and is told when the key is wrong", async () => {
    const { page } = await open(chromium, places.browserWithWrongKey);
    const response = await page.goto(gateway.url);
    expect(await response?.securityDetails()).toMatchObject({ issuer: expect.stringContaining("Pebble") });
    await page.getByRole("heading", { name: "This Gateway expects its token" }).waitFor();
    await page.getByRole("textbox", { name: "Gateway secret" }).fill("x".repeat(48));
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("rejected the supplied Gateway secret").first().waitFor();
    await keep(page, "wrong-key");
    await page.context().close();
  });

  it("with the right key asks for approval, and its request is listed with its fingerprint", async () => {
    const { page } = visit;
    await page.goto(`${gateway.url}/#token=${gateway.key}`);
    await approval(page).waitFor();
    await keep(page, "approve");
    fingerprint = await page.evaluate(
      "JSON.parse(localStorage.getItem('openclaw-device-identity-v1')).deviceId",
    );
    const { code, stdout } = await devicesInRehearsal("list", "--json");
    expect(code).toBe(0);
    const { pending, paired } = JSON.parse(stdout) as Devices;
    expect(pending.find(({ deviceId }) => deviceId === fingerprint)).toMatchObject({
      requestId: await requestId(page),
      remoteIp: places.browser.address,
    });
    expect(paired.map(({ deviceId }) => deviceId)).not.toContain(fingerprint);
  });

  it("is approved by nobody who takes another machine for the gateway, and by no other ID", async () => {
    const request = await requestId(visit.page);
    const impostor = await devicesOfAnother(ed25519KeyPair(Buffer.alloc(32)).publicKey, "approve", request);
    expect(impostor.stderr).toContain("does not have the stack's SSH host key");
    expect(impostor.code).toBe(1);
    const wrongId = await devices("approve", fingerprint);
    expect(wrongId.stderr).toContain(request); // what one could have meant
    expect(wrongId.code).toBe(1);
    expect(await approval(visit.page).isVisible()).toBe(true);
  });

  it("opens the chat once its request is approved by its ID, over SSH", async () => {
    const { code, stdout } = await devices("approve", await requestId(visit.page));
    expect(stdout).toContain(`${places.browser.address}, fingerprint ${fingerprint}`);
    expect(code).toBe(0);
    await composer(visit.page).waitFor();
    await visit.page.getByRole("button", { name: "Dismiss and don't show again" }).click(); // an invitation
    await keep(visit.page, "chat");
  });

  it("shows what the agent found out in its container", async () => {
    const { page } = visit;
    const mark = randomUUID().slice(0, 8); // tells this answer from older ones
    const call = JSON.stringify({ command: `echo ${mark}; id; hostname; cat /proc/1/cgroup; env` });
    await composer(page).fill(`Who are you, and where? TOOL:exec ${call} END`);
    await composer(page).press("Enter");
    const paragraphs = page.getByRole("log").getByRole("paragraph");
    const answer = paragraphs.filter({ hasText: `RESULT<<${mark}` });
    await answer.waitFor();
    await keep(page, "answer");
    const text = (await answer.textContent()) ?? "";
    expect(text).toContain("uid=0(root) gid=0(root)");
    expect(text).toContain(`HOSTNAME=${await container()}\n`); // the one that it has, whoever asks
    expect(text).toMatch(/^\d+:.*:\/$/m); // the root of a control group namespace of its own
    expect(text).toContain("PATH=/usr/local/bin:/usr/bin:/bin");
    expect(text).not.toMatch(/TOKEN|KEY|\/var\/lib|\/opt\/|openclaw-(?:gateway|sandbox)|docker|\.slice/);
    expect(text).not.toContain(gateway.key);
  });

  it("comes back by itself when the gateway was restarted", async () => {
    const { page } = visit;
    const reconnecting = page.getByRole("status").filter({ hasText: "Reconnecting" });
    await Promise.all([
      reconnecting.waitFor(),
      outputOf("systemctl reset-failed openclaw-gateway; systemctl restart openclaw-gateway"),
    ]);
    await reconnecting.waitFor({ state: "hidden" });
    expect(await composer(page).isVisible()).toBe(true);
  });

  it("asked nobody but the gateway, and for nothing that its policy forbids", async () => {
    expect([...visit.origins]).toEqual([gateway.url]);
    expect(visit.console.length).toBeGreaterThan(0);
    expect(visit.console.filter((line) => line.includes("Content Security Policy"))).toEqual([]);
  });

  it("is out when its device is revoked", async () => {
    const { code, stdout } = await devices("revoke", fingerprint);
    expect(stdout).toContain(fingerprint);
    expect(code).toBe(0);
    await visit.page.reload();
    await approval(visit.page).waitFor();
    const { paired } = JSON.parse(await outputOf("openclaw devices list --json")) as Devices;
    expect(paired.map(({ deviceId }) => deviceId)).not.toContain(fingerprint);
  });
});
