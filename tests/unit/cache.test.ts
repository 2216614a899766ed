import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { until } from "../../rehearsal/host/until.ts";
import { projectRoot } from "../../rehearsal/run-directory.ts";

/** A process that wants the same directory as all others, which takes it some steps and a line in `builds`. */
const program = `
  import { appendFileSync, writeFileSync } from "node:fs";
  import { join } from "node:path";
  import { setTimeout as sleep } from "node:timers/promises";
  import { cached } from "${projectRoot}/rehearsal/cache.ts";
  console.log(await cached("thing", ["made of this"], async (directory) => {
    appendFileSync(process.argv[1], process.pid + "\\n");
    for (const step of ["one", "two", "three"]) {
      writeFileSync(join(directory, step), step);
      await sleep(Number(process.argv[2]));
    }
  }));
`;

describe("the cache", () => {
  let home: string;
  let root: string;
  let builds: () => string[];
  let ask: (pause?: number) => ChildProcess;
  const running = new Set<ChildProcess>();

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "openclaw-droplet-cache-"));
    root = join(home, "openclaw-droplet");
    const log = join(home, "builds");
    writeFileSync(log, "");
    builds = () => readFileSync(log, "utf8").split("\n").filter(Boolean);
    ask = (pause = 100) => {
      const words = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program];
      const child = spawn(process.execPath, [...words, log, String(pause)], {
        env: { ...process.env, XDG_CACHE_HOME: home },
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.add(child);
      return child;
    };
  });

  afterEach(async () => {
    for (const child of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    running.clear();
    rmSync(home, { recursive: true });
  });

  /** What each was given, once it has ended. */
  async function directories(children: readonly ChildProcess[]): Promise<string[]> {
    return await Promise.all(
      children.map(async (child) => {
        const chunks: Buffer[] = [];
        child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
        const [code] = (await once(child, "close")) as [number | null];
        expect(code).toBe(0);
        return Buffer.concat(chunks).toString().trim();
      }),
    );
  }

  /** The directory is whole, and nothing else is left. */
  function expectWhole(given: readonly string[]) {
    const names = readdirSync(root);
    expect(names).toEqual([expect.stringMatching(/^thing-[0-9a-f]{16}$/)]);
    const directory = join(root, String(names[0]));
    expect(given).toEqual(given.map(() => directory));
    expect(readdirSync(directory).sort()).toEqual(["one", "three", "two"]);
  }

  it("makes a directory once for all who ask at the same time, and for those who ask later", async () => {
    expectWhole(await directories([ask(), ask(), ask(), ask()]));
    expectWhole(await directories([ask()]));
    expect(builds()).toHaveLength(1);
  });

  it("makes it again after who made it was killed half way, for all who find that at the same time", async () => {
    const first = ask(60_000);
    await until(async () => builds().length === 1, "the first to begin", 30);
    first.kill("SIGKILL");
    await once(first, "exit");
    expect(readdirSync(root)).toHaveLength(2);
    expectWhole(await directories([ask(), ask(), ask(), ask()]));
  }, 60_000);

  it("gives one of two that both make it what the other has finished", async () => {
    const slow = ask(1000);
    await until(async () => builds().length === 1, "the first to begin", 30);
    const [owner] = readdirSync(root).filter((name) => name.endsWith(".owner"));
    rmSync(join(root, String(owner))); // as who takes a stale lock over a moment too late does
    expectWhole(await directories([slow, ask(0)]));
    expect(builds()).toHaveLength(2);
  }, 60_000);

  it("leaves another's part alone as long as that one runs", async () => {
    mkdirSync(root);
    const [name] = (await directories([ask(0)])).map((directory) => directory.slice(root.length + 1));
    rmSync(join(root, String(name)), { recursive: true });
    const others = [`${name}.${process.pid}.part`, `${name}.${builds()[0]}.part`];
    for (const other of others) mkdirSync(join(root, other));
    await directories([ask(0)]);
    expect(readdirSync(root).sort()).toEqual([name, others[0]]);
  });
});
