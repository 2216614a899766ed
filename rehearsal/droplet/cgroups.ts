import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DropletSize } from "../cloud/world.ts";
import { sendKill } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { until } from "../host/until.ts";

const top = "/sys/fs/cgroup";
const isUnified = () => existsSync(join(top, "cgroup.controllers"));

/** Mount points of the hierarchies: one with cgroup v2, one for every controller with v1. */
export async function hierarchies(): Promise<string[]> {
  if (isUnified()) return [top];
  const entries = await readdir(top, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory()) // not the links from "cpu" to "cpu,cpuacct"
    .map((entry) => join(top, entry.name))
    .filter((directory) => existsSync(join(directory, "cgroup.procs")));
}

/** A control group, made if it is not there, that only holds a rehearsal's processes together. */
export async function processGroup(record: RunRecord, name: string): Promise<string> {
  const key = createHash("sha256").update(record.path).digest("hex").slice(0, 8);
  const path = join(top, isUnified() ? "" : "pids", `rehearsal-${name}-${key}`);
  const made = await record.read();
  if (!made.some((one) => one.kind === "cgroup" && one.path === path)) record.add({ kind: "cgroup", path });
  await mkdir(path, { recursive: true });
  return path;
}

/** Makes the control groups of a machine, or takes those it has, and sets the limits of its size. */
export async function limitedGroups(record: RunRecord, name: string, size: DropletSize): Promise<string[]> {
  const groups = (await hierarchies()).map((hierarchy) => join(hierarchy, name));
  for (const group of groups) {
    record.add({ kind: "cgroup", path: group });
    await mkdir(group, { recursive: true });
    await allowCpus(group);
  }
  const memory = String(size.memoryMiB * 1024 * 1024);
  const quota = String(size.vcpus * 100_000);
  const limits: [file: string, value: string][] = isUnified()
    ? [
        ["memory.max", memory],
        ["memory.swap.max", "0"], // a Droplet has no swap
        ["cpu.max", `${quota} 100000`],
        ["pids.max", pids],
      ]
    : [
        ["memory.limit_in_bytes", memory],
        ["memory.memsw.limit_in_bytes", memory],
        ["cpu.cfs_period_us", "100000"],
        ["cpu.cfs_quota_us", quota],
        ["pids.max", pids],
      ];
  for (const [file, value] of limits) await limit(groups, file, value);
  return groups;
}

/** As many as a small kernel's own limit: a fork bomb inside stays inside. */
const pids = "16384";

async function limit(groups: readonly string[], file: string, value: string): Promise<void> {
  const path = groups.map((group) => join(group, file)).find(existsSync);
  if (path !== undefined) return writeFile(path, value);
  if (file.includes("swap") || file.includes("memsw")) return; // kernels without swap accounting
  throw new Error(
    `this host's control groups have no ${file}: the Droplet's size cannot be a real limit here`,
  );
}

/** Stops every process of a machine's control groups while `work` goes on. */
export async function whileFrozen(groups: readonly string[], work: () => Promise<void>): Promise<void> {
  const [set, is, yes, no] = isUnified()
    ? (["cgroup.freeze", "cgroup.events", "1", "0"] as const)
    : (["freezer.state", "freezer.state", "FROZEN", "THAWED"] as const);
  const group = groups.find((one) => existsSync(join(one, set)));
  if (group === undefined) throw new Error("this host's control groups cannot be frozen");
  await writeFile(join(group, set), yes);
  try {
    const frozen = isUnified() ? "frozen 1" : yes;
    const isFrozen = async () => (await readFile(join(group, is), "utf8")).includes(frozen);
    await until(isFrozen, "the Droplet to freeze");
    await work();
  } finally {
    await writeFile(join(group, set), no);
  }
}

/** A new cpuset of cgroup v1 has no CPUs, and no process can join it. */
async function allowCpus(group: string): Promise<void> {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const path = join(group, file);
    if (existsSync(path) && !isUnified())
      await writeFile(path, await readFile(join(group, "..", file), "utf8"));
  }
}

/** The directories of the groups that a process is in. */
export async function groupsOf(pid: number): Promise<string[]> {
  const lines = (await readFile(`/proc/${pid}/cgroup`, "utf8")).trim().split("\n");
  return lines.flatMap((line) => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "") return [join(top, isUnified() ? "" : "unified", path)].filter(existsSync);
    return [join(top, controllers.replace(/^name=/, ""), path)];
  });
}

/** Kills every process in a control group, which commands run by `exec` are in too, and removes it with all inside it. */
export async function removeGroup(path: string): Promise<void> {
  await until(async () => {
    if (!existsSync(path)) return true;
    for (const group of await groups(path)) {
      const members = await readFile(join(group, "cgroup.procs"), "utf8").catch(() => "");
      for (const pid of members.split("\n").filter((line) => line !== "" && line !== "0"))
        sendKill(Number(pid));
      await rmdir(group).catch(() => {}); // busy until its processes have ended: tried again
    }
    return !existsSync(path);
  }, `the control group ${path} to be empty`);
}

/** A control group and all inside it, innermost first. */
async function groups(path: string): Promise<string[]> {
  const children = await readdir(path, { withFileTypes: true }).catch(() => []);
  const inner = children
    .filter((child) => child.isDirectory())
    .map((child) => groups(join(path, child.name)));
  return [...(await Promise.all(inner)).flat(), path];
}
