import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { runRecorded } from "./process.ts";
import type { RunRecord } from "./record.ts";
import { errorCode, run } from "./run.ts";
import { until } from "./until.ts";

/** Shows a file as a block device of this computer; gives the device's path. */
export async function attachLoopDevice(record: RunRecord, file: string): Promise<string> {
  record.add({ kind: "loop device", file });
  try {
    await runRecorded(record, "losetup", "losetup", ["--find", "--nooverlap", file]);
  } catch (error) {
    throw new Error(
      "Volumes need loop devices and this computer gives none: load the kernel's module (modprobe loop), or give the container /dev/loop-control and the block devices of major number 7",
      { cause: error },
    );
  }
  const [device] = await loopDevices(file);
  if (device === undefined) throw new Error(`${file} has lost its loop device: was it detached by hand?`);
  return device;
}

/** Detaches a file from its block device, if it has one; resolves when whoever mounted it has unmounted it. */
export async function detachLoopDevice(file: string): Promise<void> {
  for (const device of await loopDevices(file)) await run("losetup", ["--detach", device]);
  await until(async () => (await loopDevices(file)).length === 0, `the loop device of ${file} to go`);
}

/** Gives a device the size that its file has now. */
export async function growLoopDevice(device: string): Promise<void> {
  await run("losetup", ["--set-capacity", device]);
}

/** Whether somebody has mounted the device, in whatever namespace. */
export async function isMounted(device: string): Promise<boolean> {
  try {
    await (await open(device, constants.O_RDONLY | constants.O_EXCL)).close();
    return false;
  } catch (error) {
    if (errorCode(error) === "EBUSY") return true;
    throw error;
  }
}

/** Every loop device that has a file now. */
export async function allLoopDevices(): Promise<{ device: string; file: string }[]> {
  const text = await run("losetup", ["--list", "--json", "--output", "NAME,BACK-FILE"]);
  if (text.trim() === "") return [];
  const { loopdevices } = JSON.parse(text) as { loopdevices: { name: string; "back-file": string }[] };
  return loopdevices.map((one) => ({ device: one.name, file: one["back-file"] }));
}

async function loopDevices(file: string): Promise<string[]> {
  const all = await allLoopDevices();
  // the kernel's word for a file that is gone
  return all
    .filter((one) => one.file === file || one.file === `${file} (deleted)`)
    .map(({ device }) => device);
}
