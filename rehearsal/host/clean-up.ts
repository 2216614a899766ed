import { existsSync } from "node:fs";
import { readFile, rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { removeGroup } from "../droplet/cgroups.ts";
import type { Progress } from "../progress.ts";
import { detachLoopDevice } from "./loop-device.ts";
import { isAlive, sendKill } from "./process.ts";
import { type Made, RunRecord } from "./record.ts";
import { errorCode, run } from "./run.ts";
import { giveBack } from "./slot.ts";
import { until } from "./until.ts";

/**
 * Takes away all that the world of this run directory made, as its record tells; the directory itself stays.
 * Does no harm when called twice, or after a kill -9 at any moment.
 */
export async function cleanUp(runDirectory: string, progress: Progress = () => {}): Promise<void> {
  const record = new RunRecord(runDirectory);
  const made = await record.read();
  if (made.length > 0) progress(`cleaning up ${runDirectory}`);

  // Namespaces, their links, mounts and packet filters live as long as the processes in them: nothing of
  // them has a name on the host, so the end of the processes is their end.
  const processes = made.filter((one) => one.kind === "process");
  await kill(processes);
  for (const { path } of made.filter((one) => one.kind === "cgroup")) await removeGroup(path);
  for (const { name } of made.filter((one) => one.kind === "link")) await removeLink(name);
  for (const { file } of made.filter((one) => one.kind === "loop device")) await detachLoopDevice(file);
  const paths = made.filter((one) => one.kind === "path");
  await refuseMounts(runDirectory);
  // again when a name comes back: this process itself may still be at work on a disk
  for (const { path } of paths) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  for (const { path } of made.filter((one) => one.kind === "slot")) {
    await giveBack(path, runDirectory);
    await removeEmpty(dirname(path));
  }
  await rm(record.path, { force: true });
}

type Process = Extract<Made, { kind: "process" }>;

/** Kills exactly the recorded processes: a pid that the system gave to somebody else has another start time. */
async function kill(processes: readonly Process[]): Promise<void> {
  for (const process_ of processes.toReversed()) if (await isAlive(process_)) sendKill(process_.pid);
  await until(
    async () => {
      for (const process_ of processes) if (await isAlive(process_)) return false;
      return true;
    },
    `the processes ${processes.map(({ name }) => name).join(", ")} to end`,
  );
}

async function removeLink(name: string): Promise<void> {
  // the kernel takes a link away some time after the last process of its other end's namespace
  await run("ip", ["link", "delete", name]).catch(() => {});
  await until(async () => !existsSync(`/sys/class/net/${name}`), `the link ${name} to go`);
}

/** Deleting through a mount would delete somebody else's files. */
async function refuseMounts(runDirectory: string): Promise<void> {
  const mounts = (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  const inside = mounts.filter((mount) => mount.startsWith(`${runDirectory}/`));
  if (inside.length > 0)
    throw new Error(`will not delete ${runDirectory}: unmount ${inside.join(", ")} first, then try again`);
}

async function removeEmpty(directory: string): Promise<void> {
  await rmdir(directory).catch((error: unknown) => {
    if (!["ENOENT", "ENOTEMPTY"].includes(errorCode(error) ?? "")) throw error;
  });
}
