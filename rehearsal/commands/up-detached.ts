import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { MachineKind } from "../droplet/machine.ts";
import { readStatus } from "../status.ts";
import { upAgain } from "./up.ts";

const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));

/** Runs `up` in the background, shows its log until the stack came up or did not, and leaves it running. */
export async function upDetached(runDirectory: string, machine?: MachineKind): Promise<number> {
  const running = await readStatus(runDirectory);
  if (running) return await upAgain(runDirectory, running, machine);

  await mkdir(dirname(runDirectory), { recursive: true, mode: 0o700 });
  const log = `${runDirectory}.log`;
  const file = await open(log, "w", 0o600);
  const words = ["up", ...(machine === undefined ? [] : ["--machine", machine])];
  const child = spawn(process.execPath, [...process.execArgv, cli, ...words], {
    detached: true,
    stdio: ["ignore", file.fd, file.fd],
  });
  await file.close();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill("SIGTERM"));

  const ended = once(child, "exit") as Promise<[number | null]>;
  await using gained = await open(log, "r");
  for (;;) {
    await show(gained);
    if (child.exitCode !== null || child.signalCode !== null) break;
    const status = await readStatus(runDirectory);
    if (status && status.state !== "starting") {
      await show(gained);
      child.unref();
      return status.state === "up" ? 0 : 1;
    }
    await sleep(200);
  }
  await show(gained);
  return (await ended)[0] ?? 1;
}

/** Prints what a file gained since it was last read. */
async function show(file: FileHandle): Promise<void> {
  const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(1 << 20) });
  process.stdout.write(buffer.subarray(0, bytesRead));
}
