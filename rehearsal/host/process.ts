import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { RunRecord } from "./record.ts";
import { errorCode } from "./run.ts";

const recorded = fileURLToPath(new URL("files/recorded", import.meta.url));

export interface LongLived {
  /** What it is, in the record and in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Control group directories it joins before it starts. */
  readonly cgroups?: readonly string[];
  readonly stdio: StdioOptions;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts a child that lives as long as the world. It writes itself into the record before it becomes the
 * command, the kernel kills it when this process dies, and a Ctrl-C on the terminal does not reach it.
 */
export function start(record: RunRecord, what: LongLived): ChildProcess & { readonly pid: number } {
  const child = spawn(
    "setpriv",
    [
      ...["--pdeathsig", "KILL", "--", "sh", recorded, String(process.pid), record.path, what.name],
      ...[...(what.cgroups ?? []), "--", what.command, ...what.args],
    ],
    { stdio: what.stdio, detached: true, env: what.env ?? process.env },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${what.name}: no process`);
  return Object.assign(child, { pid });
}

/** Runs a child that takes its time to its end, in the record meanwhile: it writes files that clean-up deletes. */
export async function runRecorded(record: RunRecord, name: string, command: string, args: readonly string[]) {
  const [code] = (await once(start(record, { name, command, args, stdio: "inherit" }), "close")) as [number];
  if (code !== 0) throw new Error(`${name} failed (${code ?? "killed"}): ${command} ${args.join(" ")}`);
}

/** When a process started, in clock ticks since boot: with its pid it names one process for ever. */
export async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // the fields after the command's name, which stands in brackets and may hold spaces and brackets
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields[0] === "Z") return undefined; // a zombie has ended
  return fields[19];
}

export const isAlive = async (process: { pid: number; start: string }): Promise<boolean> =>
  (await startTime(process.pid)) === process.start;

/** Kills a process, if there is one. */
export function sendKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
