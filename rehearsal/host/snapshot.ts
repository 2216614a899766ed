import { readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { groupsOf, hierarchies } from "../droplet/cgroups.ts";
import { allLoopDevices } from "./loop-device.ts";
import { startTime } from "./process.ts";
import { run } from "./run.ts";
import { slotDirectory } from "./slot.ts";

/** What a rehearsal may change on a host and must leave as it was. */
export interface HostSnapshot {
  /** Namespaces that a process is in, and names of network namespaces. */
  readonly namespaces: readonly string[];
  /** Processes in a namespace that is not this one's. */
  readonly processes: readonly Inhabitant[];
  readonly mounts: readonly string[];
  /** Files that are shown as block devices. */
  readonly loopDevices: readonly string[];
  /** Control groups at the top of a hierarchy, where a rehearsal has its own; others make theirs further down. */
  readonly cgroups: readonly string[];
  readonly links: readonly string[];
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  readonly packetFilter: readonly string[];
  /** Kernel settings of the network. */
  readonly settings: readonly string[];
  /** What programs keep in /run, and the slots that rehearsals hold there. */
  readonly runtime: readonly string[];
}

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .sort();

/** The control groups of the Droplets that run now. */
export async function dropletGroups(): Promise<string[]> {
  return (await topGroups()).filter((group) => /^rehearsal\d+-\d+$/.test(basename(group)));
}

/** @param others groups of Droplets of somebody else's, which go on with their own work. */
export async function hostSnapshot(others: readonly string[] = []): Promise<HostSnapshot> {
  const inhabitants = await processesByNamespace(others);
  const own = new Set(await namespacesOf("self"));
  const foreign = inhabitants.filter(({ namespaces }) => namespaces.some((one) => !own.has(one)));
  const names = await readdir("/run/netns").catch(() => []);
  return {
    namespaces: [...new Set([...inhabitants.flatMap(({ namespaces }) => namespaces), ...names])].sort(),
    processes: foreign,
    mounts: lines(await readFile("/proc/self/mounts", "utf8")),
    loopDevices: (await allLoopDevices()).map(({ file }) => file).sort(),
    cgroups: await topGroups(),
    links: lines(await run("ip", ["-oneline", "link"])).map((line) => line.replace(/^\d+: /, "")),
    addresses: lines(await run("ip", ["-brief", "address"])),
    routes: lines(await run("ip", ["route", "show", "table", "all"])),
    packetFilter: (await run("nft", ["list", "ruleset"])).split("\n"),
    settings: lines(await run("sysctl", ["--all", "--pattern", "forward|rp_filter|proxy_arp|redirects"])),
    runtime: [...(await readdir("/run")), ...(await readdir(slotDirectory).catch(() => []))].sort(),
  };
}

/** What appeared ("+") and what went ("-") between two snapshots, a line each. */
export function changes(before: HostSnapshot, after: HostSnapshot): string[] {
  const { processes: _, ...old } = before;
  return [
    ...(Object.keys(old) as (keyof typeof old)[]).flatMap((aspect) => [
      ...without(after[aspect], before[aspect]).map((line) => `+ ${aspect}: ${line}`),
      ...without(before[aspect], after[aspect]).map((line) => `- ${aspect}: ${line}`),
    ]),
    // in namespaces that were there before, others go on with their own work
    ...after.processes
      .filter(({ namespaces }) => without(namespaces, before.namespaces).length > 0)
      .map(({ title }) => `+ processes: ${title}`),
  ];
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const set = new Set(known);
  return all.filter((one) => !set.has(one));
}

interface Inhabitant {
  /** Its pid, the time it started and its command. */
  readonly title: string;
  readonly namespaces: readonly string[];
}

async function processesByNamespace(others: readonly string[]): Promise<Inhabitant[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const start = await startTime(Number(pid));
      if (start === undefined) return []; // ended, and not yet reaped by its parent
      const groups = await groupsOf(Number(pid)).catch(() => []);
      if (groups.some((group) => others.some((other) => `${group}/`.startsWith(`${other}/`)))) return [];
      const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
      return [{ title: `${pid} ${start} ${command}`, namespaces: await namespacesOf(pid) }];
    }),
  );
  return all.flat();
}

async function namespacesOf(pid: string): Promise<string[]> {
  const kinds = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];
  const links = await Promise.all(
    kinds.map((kind) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => undefined)),
  );
  return links.filter((link) => link !== undefined);
}

async function topGroups(): Promise<string[]> {
  const groups = (await hierarchies()).map(async (hierarchy) => {
    const entries = await readdir(hierarchy, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(hierarchy, entry.name));
  });
  return (await Promise.all(groups)).flat().sort();
}
