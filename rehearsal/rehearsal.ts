import { mkdir, rm } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { startCloud } from "./cloud/cloud.ts";
import { currentDroplet } from "./current-droplet.ts";
import type { MachineKind } from "./droplet/machine.ts";
import { prepareEngine } from "./engine/engine.ts";
import { cleanUp } from "./host/clean-up.ts";
import { ensureHostPackages, virtualMachinePackages } from "./host/packages.ts";
import { startTime } from "./host/process.ts";
import { type Progress, secondsSince } from "./progress.ts";
import { adminKey, rehearsedConfig } from "./rehearsed-config.ts";
import { Stack } from "./stack.ts";
import { type Status, writeStatus } from "./status.ts";
import { createWorld, prepareWorld, type RehearsalWorld } from "./world.ts";

interface Wishes {
  readonly runDirectory: string;
  readonly machine: MachineKind;
  /** Folder of the program, if it is not this checkout's. */
  readonly program?: string;
  readonly progress: Progress;
  readonly stop: AbortSignal;
  /** Called when the stack is up, before anybody is told so. */
  readonly beforeUp?: (world: RehearsalWorld, dropletId: number) => Promise<void>;
  /** Called once: with the stack that came up, or with nothing when it did not. */
  readonly settled: (stack: Stack | undefined) => Promise<void> | void;
}

/**
 * Keeps a rehearsal up in this process, from nothing until `stop` aborts, and takes it down then. A stack that does
 * not come up stays, so that one can look at what went wrong; a failure before the stack leaves nothing.
 */
export async function keepRehearsal(wishes: Wishes): Promise<void> {
  const { runDirectory, machine, program, progress, stop, beforeUp, settled } = wishes;
  const start = performance.now();
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error(
      "booting a Droplet needs Linux and root: use sudo, or a virtual machine on another system",
    );
  await removeRehearsal(runDirectory, progress);
  await ensureHostPackages(progress, machine === "vm" ? virtualMachinePackages : {});
  const [engine] = await Promise.all([prepareEngine(progress, stop), prepareWorld(progress)]);
  progress(`prepared in ${secondsSince(start)}`);
  stop.throwIfAborted();

  await mkdir(runDirectory, { recursive: true, mode: 0o700 });
  const world = await createWorld({ runDirectory, progress, machine });
  try {
    const cloud = await startCloud({
      world,
      progress,
      onError: (what, error) => progress(`${what}: ${(error as Error).message}`),
    });
    try {
      const status: Status = {
        state: "starting",
        keeper: { pid: process.pid, start: (await startTime(process.pid)) ?? "" },
        machine,
        api: cloud.url,
        caCertificate: world.caCertificate,
      };
      await writeStatus(runDirectory, status);
      const stack = new Stack(engine, runDirectory, status);
      await stack.configure(rehearsedConfig(world, await adminKey(runDirectory)));
      const up = await succeeds(stack.up(progress, { program, signal: stop }), progress);
      if (stop.aborted) return;
      const droplet = await currentDroplet(status);
      if (up && droplet) {
        progress(
          `from power on to ready: ${Math.round((Date.now() - Date.parse(droplet.created_at)) / 1000)} s`,
        );
        await beforeUp?.(world, droplet.id);
      }
      await writeStatus(runDirectory, { ...status, state: up ? "up" : "failed" });
      progress(`from nothing to here: ${secondsSince(start)}`);
      await settled(up ? stack : undefined);
      await aborted(stop);
    } finally {
      await cloud.close();
    }
  } finally {
    progress("taking the rehearsal down ...");
    await world.close();
    await removeRehearsal(runDirectory, progress);
  }
}

/** Takes away all that there is of a rehearsal that nobody keeps any more; its stack is of no use without its cloud. */
export async function removeRehearsal(runDirectory: string, progress: Progress): Promise<void> {
  await cleanUp(runDirectory, progress);
  await rm(runDirectory, { recursive: true, force: true });
}

async function succeeds(up: Promise<void>, progress: Progress): Promise<boolean> {
  try {
    await up;
    return true;
  } catch (error) {
    progress((error as Error).message);
    return false;
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
