import { execFile } from "node:child_process";
import { printableLines } from "./printable.ts";

/** A command that did not succeed; its message is what it said. */
export class CommandFailed extends Error {
  /** Its exit code, or the system's error code ("ENOENT": there is no such command). */
  readonly code: number | string | undefined;

  constructor(code: number | string | undefined, said: string) {
    super(printableLines(said));
    this.code = code;
  }
}

/** Runs a command to its end and gives its standard output. */
export function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error)
        reject(new CommandFailed(error.code ?? undefined, stderr.trim() || stdout.trim() || error.message));
      else resolve(stdout);
    });
  });
}
