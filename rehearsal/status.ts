import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MachineKind } from "./droplet/machine.ts";
import { isAlive } from "./host/process.ts";

/** What a rehearsal that runs says of itself, for the other commands and for programs that point at it. */
export interface Status {
  /** "starting" until the first `pulumi up` has ended. */
  state: "starting" | "up" | "failed";
  /** The process that keeps it up; the start time tells it from a later one with the same id. */
  keeper: { pid: number; start: string };
  machine: MachineKind;
  /** URL of the stand-in for DigitalOcean's API. */
  api: string;
  /** File with the root certificate of the rehearsal's certificate authority. */
  caCertificate: string;
}

const file = (runDirectory: string) => join(runDirectory, "status.json");

export async function writeStatus(runDirectory: string, status: Status): Promise<void> {
  const part = `${file(runDirectory)}.part`;
  await writeFile(part, JSON.stringify(status, null, 2), { mode: 0o600 });
  await rename(part, file(runDirectory));
}

/** The status of a rehearsal that runs; undefined when none does. */
export async function readStatus(runDirectory: string): Promise<Status | undefined> {
  const text = await readFile(file(runDirectory), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const status = JSON.parse(text) as Status;
  return (await isAlive(status.keeper)) ? status : undefined;
}

export async function requireStatus(runDirectory: string): Promise<Status> {
  const status = await readStatus(runDirectory);
  if (status) return status;
  throw new Error("no rehearsal is up; bring one up with: npm run rehearse -- up --detach");
}
