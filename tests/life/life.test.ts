/**
 * The life of one gateway, from its first `pulumi up` to `pulumi destroy`: releases of OpenClaw up and down, one of
 * them broken, and sizes. Each step begins where the one before it ended; boot.ts makes the first.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import pins from "../../cloud-init/pins.json" with { type: "json" };
import { projectRoot } from "../../rehearsal/run-directory.ts";
import { agentShell } from "../machine/agent.ts";
import { belongings, everything, moveIn, type Owner } from "../machine/belongings.ts";
import { change, changeTo, untilTheGateGivesUp } from "../machine/change.ts";
import { Chromium } from "../machine/client/chromium.ts";
import { disconnect, places } from "../machine/client/connect.ts";
import { request } from "../machine/client/http.ts";
import { composer, open, pair, type Watched } from "../machine/client/page.ts";
import { signIn } from "../machine/client/sign-in.ts";
import { gateway, inCloud, runDirectory, stack } from "../machine/gateway.ts";
import { inDroplet, outputOf } from "../machine/in-droplet.ts";
import formerPins from "./pins-2026.9.5.json" with { type: "json" };
import { brokenRelease, formerRelease } from "./releases.ts";

const former = formerPins.openclaw.version;
const present = pins.openclaw.version;

jest.setTimeout(untilTheGateGivesUp);

/** In seconds: for longer the gateway is not away, whether a change succeeds or fails. */
const longest = 240;

async function up(what: string, program: string) {
  const changed = await change("life", what, { program });
  expect(changed.secondsAway).toBeLessThan(longest);
  return changed;
}

async function succeed(what: string, program: string): Promise<void> {
  const { secondsAway } = await changeTo("life", what, { program });
  expect(secondsAway).toBeLessThan(longest);
}

/** The release that answers, and that the stack says it is. */
async function running(): Promise<(string | undefined)[]> {
  const { version, client } = await signIn({});
  client.close();
  return [version, gateway.versions.openclaw];
}

/** In GiB, of the machine; the file's name depends on this computer's control groups. */
const memory = async () =>
  Number(await outputOf("cd /sys/fs/cgroup && cat memory/memory.limit_in_bytes || cat memory.max")) /
  1024 ** 3;

/** How many there are of each kind in the account. */
async function cloud(): Promise<Record<string, number>> {
  const kinds = ["droplets", "volumes", "firewalls", "reserved_ips", "tags"];
  return Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, (await inCloud(kind)).length])),
  );
}

describe("the life of a gateway", () => {
  let programs: string;
  let owner: Owner;
  let had: Awaited<ReturnType<typeof belongings>>;
  let chromium: Chromium;
  let visit: Watched;

  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), "openclaw-droplet-releases-"));
    owner = await moveIn();
    had = await belongings(owner);
    chromium = await Chromium.start(gateway.ca);
    visit = await open(chromium, places.browser);
    await pair(visit.page);
  });

  afterAll(async () => {
    await chromium?.close();
    await rm(programs, { recursive: true });
    await disconnect();
  });

  it(`begins with OpenClaw ${former}`, async () => {
    expect(await running()).toEqual([former, former]);
    expect(had).toMatchObject(everything);
  });

  it("has its state back when a release spoils it and crashes; pulumi up fails and says so", async () => {
    const { failure, said, secondsAway } = await up("to a broken release", await brokenRelease(programs));
    const told = await outputOf("echo $(($(date +%s) - $(stat --format %Y /run/openclaw-setup/status)))");
    const restored = `the state is again as OpenClaw ${former} left it`;
    expect(failure).toContain("pulumi up failed");
    expect(said).toContain(`setup failed at step ready; ${restored}`);
    expect(secondsAway).toBeGreaterThan(0); // it was seen to begin
    // At once, and not when the gate's patience is over.
    expect(Number(told)).toBeLessThan(30);
    const { code, stdout } = await inDroplet("openclaw-setup-status");
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `failed: ready: the gateway stopped: no such column: sessions.owner; ${restored}\n`,
    });
    // Nothing more is told to strangers, and the gateway stays off until somebody decides.
    const answer = await request({ path: "/readyz" });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 503,
      body: `setup failed at step ready; ${restored}\n`,
    });
    expect((await request({ path: "/" })).status).toBe(502);
    expect((await inDroplet("systemctl is-enabled openclaw-gateway")).stdout.trim()).toBe("disabled");
  });

  it(`works again with OpenClaw ${former}`, async () => {
    await succeed("back from it", await formerRelease(programs));
    expect(await running()).toEqual([former, former]);
    expect(await belongings(owner)).toEqual(had);
  });

  it("is still open in a browser that was there all the time", async () => {
    const { page } = visit;
    await composer(page).waitFor();
    await page.reload();
    await composer(page).waitFor();
    await page.getByText(everything.note).first().waitFor();
  });

  it(`goes up to OpenClaw ${present}, with all that it had and the way back`, async () => {
    await succeed(`OpenClaw ${former} to ${present}`, projectRoot);
    expect(await running()).toEqual([present, present]);
    expect(await belongings(owner)).toEqual(had);
    expect(await agentShell("cat *.txt")).toContain(everything.note);
    expect(await outputOf("ls /var/lib/openclaw-snapshots")).toContain(former);
  });

  it(`refuses OpenClaw ${former} the newer state, and goes back to the older one when told to`, async () => {
    const program = join(programs, "former");
    const { failure, said } = await up(`OpenClaw ${present} to ${former}`, program);
    const restored = `the state is again as OpenClaw ${present} left it`;
    expect(failure).toContain("pulumi up failed");
    expect(said).toContain(`setup failed at step state; ${restored}`);
    const { stdout } = await inDroplet("openclaw-setup-status");
    const [, command = "no command"] =
      /^failed: state: OpenClaw \S+ refuses the state that \S+ left; to go back to its own: sudo (.*?); /.exec(
        stdout,
      ) ?? [];
    expect(stdout).toContain(restored);
    await outputOf(command);
    await succeed(`after ${command}`, program);
    expect(await running()).toEqual([former, former]);
    expect(await belongings(owner)).toEqual(had);
    expect(await outputOf("ls /var/lib/openclaw-snapshots")).toContain(present);
  });

  it.each([
    ["up", "s-4vcpu-8gb", 8],
    ["down", "s-2vcpu-4gb", 4],
  ])("is sized %s in place", async (_, size, gibibytes) => {
    const { dropletId } = gateway;
    await stack.set("size", size);
    await succeed(`to ${size}`, join(programs, "former"));
    expect(gateway.dropletId).toBe(dropletId);
    expect(await memory()).toBe(gibibytes);
    expect(await belongings(owner)).toEqual(had);
  });

  it("leaves nothing in the cloud, nor a machine", async () => {
    expect(await cloud()).toMatchObject({ droplets: 1, volumes: 1, firewalls: 1, reserved_ips: 1, tags: 1 });
    await stack.destroy(() => {});
    expect(await cloud()).toEqual({ droplets: 0, volumes: 0, firewalls: 0, reserved_ips: 0, tags: 0 });
    await expect(inDroplet("true")).rejects.toThrow("is not powered on");
    expect(await readdir(join(runDirectory, "droplets"))).toEqual([]);
  });
});
