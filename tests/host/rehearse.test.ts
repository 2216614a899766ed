import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { prepareEngine } from "../../rehearsal/engine/engine.ts";
import { changes, dropletGroups, type HostSnapshot, hostSnapshot } from "../../rehearsal/host/snapshot.ts";
import { until } from "../../rehearsal/host/until.ts";
import { projectRoot } from "../../rehearsal/run-directory.ts";
import { prepareWorld } from "../../rehearsal/world.ts";

/** A rehearsal of its own, beside the one that the user of this checkout may have. */
describe("the host after `npm run rehearse`", () => {
  let stateHome: string;
  let others: string[];
  let before: HostSnapshot;

  const rehearse = (...words: string[]): ChildProcess =>
    spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "rehearsal/cli.ts", ...words], {
      cwd: projectRoot,
      env: { ...process.env, XDG_STATE_HOME: stateHome },
      stdio: ["ignore", "pipe", "inherit"],
    });

  /** What a command printed; throws when it failed. */
  async function said(...words: string[]): Promise<string> {
    const child = rehearse(...words);
    const [output, [code]] = await Promise.all([
      text(child.stdout ?? Readable.from([])),
      once(child, "close"),
    ]);
    if (code !== 0) throw new Error(`rehearse ${words.join(" ")} failed (${code})`);
    return output;
  }

  /** Processes that a rehearsal of this test started and that still run: all inherit its environment. */
  async function left(): Promise<string[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
    const environments = await Promise.all(
      pids.map(async (pid) => ({ pid, text: await read(pid, "environ") })),
    );
    const ours = environments.filter(({ text }) => text.split("\0").includes(`XDG_STATE_HOME=${stateHome}`));
    return Promise.all(ours.map(async ({ pid }) => `${pid} ${await read(pid, "cmdline")}`));
  }

  const status = async () =>
    JSON.parse(await said("status", "--json")) as { state: string; dropletId?: number };

  beforeEach(async () => {
    await prepareEngine(console.log);
    await prepareWorld(console.log);
    stateHome = await mkdtemp(join(tmpdir(), "openclaw-rehearse-"));
    others = await dropletGroups();
    before = await hostSnapshot(others);
  }, 900_000);

  afterEach(async () => {
    await said("down");
    await rm(stateHome, { recursive: true, force: true });
  }, 60_000);

  /** Brings one up as far as a Droplet that boots, with the engine waiting for it. */
  async function halfWay(): Promise<ChildProcess> {
    const up = rehearse("up");
    up.stdout?.resume();
    await until(async () => (await status()).dropletId != null, "the Droplet to be made", 60);
    // the comparison sees what a rehearsal starts: without this it could pass by seeing nothing
    expect((await left()).join()).toMatch(/pulumi-language-nodejs/);
    return up;
  }

  it("is as it was when an `up` is interrupted half way", async () => {
    const up = await halfWay();
    up.kill("SIGINT");
    const [code] = await once(up, "exit");
    expect(code).not.toBe(0);
    expect(await left()).toEqual([]);
    expect(changes(before, await hostSnapshot(others))).toEqual([]);
    expect(await status()).toEqual({ state: "down" });
  }, 120_000);

  it("is as it was after `down`, when an `up` was killed half way", async () => {
    const up = await halfWay();
    up.kill("SIGKILL");
    await once(up, "exit");
    expect(await status()).toEqual({ state: "down" });

    expect(await said("down")).toMatch(/down\n$/);
    expect(await left()).toEqual([]);
    expect(changes(before, await hostSnapshot(others))).toEqual([]);
    expect(await readdir(join(stateHome, "openclaw-droplet"))).toEqual([]);
  }, 120_000);
});
