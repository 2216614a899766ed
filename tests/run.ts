/**
 * `npm test [KIND ...]`: every kind of test, or the ones named. Boots one Droplet, which the machine tests share
 * and which comes up while the other tests run; the attacks on it follow, then another one goes through its life.
 * Beside all that its copy boots another kernel. The tests that look at the host itself come when these are gone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { prepareEngine } from "../rehearsal/engine/engine.ts";
import { ensureHostPackages, type Packages, virtualMachinePackages } from "../rehearsal/host/packages.ts";
import { projectRoot, runDirectory } from "../rehearsal/run-directory.ts";
import { kinds } from "./kinds.ts";
import type { Totals } from "./reporter.ts";

const named = process.argv.slice(2);
const unknown = named.filter((kind) => !(kind in kinds));
if (unknown.length > 0)
  fail(`no such kind of test: ${unknown.join(", ")}; there are ${Object.keys(kinds).join(", ")}`);

const wanted = Object.keys(kinds).filter((kind) => named.length === 0 || named.includes(kind));
const canBoot = process.platform === "linux" && process.getuid?.() === 0;
const left = canBoot ? [] : wanted.filter((kind) => kinds[kind]?.needs !== "nothing");
if (left.length > 0) {
  const why = `not tested: ${left.join(", ")}: they boot a Droplet, which needs Linux and root`;
  if (process.env.CI === "true") fail(`${why}; in CI nothing may be left out`);
  console.log(why);
}
const chosen = wanted.filter((kind) => !left.includes(kind));
const withNeeds = (...needs: string[]) => chosen.filter((kind) => needs.includes(kinds[kind]?.needs ?? ""));
const shared = withNeeds("nothing", "root", "a machine");
const ofItsOwn = withNeeds("a machine of its own");
const alone = withNeeds("the machine");
const virtual = withNeeds("a virtual machine");
const quiet = withNeeds("a quiet host");

const scratch = mkdtempSync(join(tmpdir(), "openclaw-droplet-test-"));
const totalsFile = join(scratch, "totals");
writeFileSync(totalsFile, "");
const start = performance.now();
const children = new Set<ChildProcess>();
let interrupted = false;
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    interrupted = true;
    for (const child of children) child.kill("SIGTERM");
  });
}

/** What only the tests call. */
const browserPackages: Packages = { chromium: ["chromium"], "libnss3-tools": ["certutil"] };
const testPackages: Packages = {
  ...((chosen.includes("machine") || chosen.includes("life")) && browserPackages),
  ...(virtual.length > 0 && virtualMachinePackages),
  git: ["git"],
  "python3-yaml": ["/usr/lib/python3/dist-packages/yaml/__init__.py"],
  shellcheck: ["shellcheck"],
};
const say = (line: string) => console.log(line);
if (canBoot) await ensureHostPackages(say, testPackages);
// here, where its progress is seen: a first build of the engine takes minutes
if (chosen.some((kind) => ["engine", "package", "machine", "life", "attack", "kernel"].includes(kind)))
  await prepareEngine(say);
let failed = false;
const booted = withNeeds("a machine", "the machine", "a virtual machine").length > 0;
const copying = virtual.length > 0 ? ["--copy-as-virtual-machine"] : [];
const boot = booted ? program(["tests/machine/boot.ts", ...copying]) : undefined;
const booting = { TEST_BOOT_PID: String(boot?.pid ?? "") };
// a process of its own, since it mostly waits for its machine; what is printed says which it is about
const copies = virtual.length > 0 ? jest(virtual, [], booting) : undefined;
// two, also on two cores, where jest would take one: the machine's tests wait most of the time
if (shared.length > 0) failed = (await jest(shared, ["--maxWorkers=2"], booting)) || failed;
if (alone.length > 0 && !interrupted) failed = (await jest(alone, [], booting)) || failed;
// not beside the others: two cores are taken by then, and a machine that gets half of one is no measure of anything
if (ofItsOwn.length > 0 && !interrupted) failed = (await live()) || failed;
if (copies) failed = (await copies) || failed;
if (boot) failed = (await stop(boot)) || failed;
// one after the other: each compares the host with how it was
if (quiet.length > 0 && !interrupted) failed = (await jest(quiet, ["--runInBand"])) || failed;

const totals = readFileSync(totalsFile, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Totals);
rmSync(scratch, { recursive: true });
const sum = (count: (totals: Totals) => number) => totals.reduce((all, one) => all + count(one), 0);
const skipped = sum((one) => one.skipped);
console.log(`\ncovered: ${chosen.map((kind) => `\n  ${kind}: ${kinds[kind]?.covers}`).join("")}`);
for (const kind of left) console.log(`  NOT covered: ${kind}: ${kinds[kind]?.covers}`);
console.log(
  `${interrupted ? "interrupted after" : "in"} ${((performance.now() - start) / 1000).toFixed(0)} s`,
);
console.log(
  `${sum((one) => one.passed)} passed, ${sum((one) => one.failed)} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = failed || interrupted || (skipped > 0 && process.env.CI === "true") ? 1 : 0;

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

function program(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

/** Whether a test failed. */
async function jest(
  selected: readonly string[],
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const child = program(
    [
      "--experimental-vm-modules",
      "node_modules/jest/bin/jest.js",
      ...options,
      "--selectProjects",
      ...selected,
    ],
    { TEST_TOTALS: totalsFile, TEST_RUN_DIRECTORY: runDirectory("test"), ...env },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  return code !== 0;
}

/** The tests with a machine of their own, from its boot to its end; whether something went wrong. */
async function live(): Promise<boolean> {
  const own = program(["tests/life/boot.ts"]);
  const env = { TEST_RUN_DIRECTORY: runDirectory("life"), TEST_BOOT_PID: String(own.pid) };
  const failed = await jest(ofItsOwn, [], env);
  return (await stop(own)) || failed;
}

/** Takes a machine down; whether that went wrong. */
async function stop(boot: ChildProcess): Promise<boolean> {
  if (boot.exitCode !== null) return boot.exitCode !== 0;
  boot.kill("SIGTERM");
  const [code] = (await once(boot, "exit")) as [number | null];
  return code !== 0;
}
