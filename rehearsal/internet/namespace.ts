import { readFile } from "node:fs/promises";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { run } from "../host/run.ts";
import { until } from "../host/until.ts";

/** A network namespace that has no name on the host: it lives as long as the process that holds it. */
export interface Namespace {
  readonly pid: number;
  readonly path: string;
  /** Runs a short command with this namespace's network. */
  run(command: string, args: readonly string[], input?: string): Promise<string>;
  /** Runs `ip` commands, one a line. */
  ip(commands: readonly string[]): Promise<void>;
  /** Lets go of it: it ends with the last process in it. */
  close(): void;
}

export async function createNamespace(record: RunRecord, name: string): Promise<Namespace> {
  const command = { command: "unshare", args: ["--net", "--", "sleep", "infinity"] };
  const holder = start(record, { name, ...command, stdio: "ignore" });
  const { pid } = holder;
  const holds = async () => (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim() === "sleep";
  await until(holds, `the network namespace of ${name}`);

  const path = `/proc/${pid}/ns/net`;
  const runInside = (command: string, args: readonly string[], input?: string) =>
    run("nsenter", [`--net=${path}`, "--", command, ...args], input);
  return {
    pid,
    path,
    run: runInside,
    ip: async (commands) => {
      await runInside("ip", ["-batch", "-"], commands.map((line) => `${line}\n`).join(""));
    },
    close: () => {
      holder.kill("SIGKILL");
    },
  };
}
