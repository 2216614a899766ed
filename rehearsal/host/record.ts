import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./run.ts";

/** Something that this rehearsal made on the computer and that clean-up takes away. */
export type Made =
  /** The process that owns the world. Never killed by clean-up. */
  | { readonly kind: "owner"; readonly pid: number; readonly start: string }
  /** Written by `files/recorded`. */
  | { readonly kind: "process"; readonly name: string; readonly pid: number; readonly start: string }
  | { readonly kind: "cgroup"; readonly path: string }
  | { readonly kind: "link"; readonly name: string }
  /** The loop device that a file is shown as. */
  | { readonly kind: "loop device"; readonly file: string }
  /** A file that holds this run's directory, so that nobody else takes the same slot. */
  | { readonly kind: "slot"; readonly path: string }
  /** A file or directory inside the run directory. */
  | { readonly kind: "path"; readonly path: string };

/** The list of what was made, in a file with one JSON object a line; each stands there before it is made. */
export class RunRecord {
  readonly path: string;

  constructor(runDirectory: string) {
    this.path = join(runDirectory, "record.jsonl");
  }

  add(made: Made): void {
    appendFileSync(this.path, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  }

  async read(): Promise<Made[]> {
    const text = await readFile(this.path, "utf8").catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return "";
      throw error;
    });
    // whoever was killed in the middle of a line had not made the thing yet
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Made);
  }

  /** The process of that name that was started last, dead or alive. */
  async process(name: string): Promise<{ pid: number; start: string } | undefined> {
    return (await this.read()).findLast((made) => made.kind === "process" && made.name === name) as
      | { pid: number; start: string }
      | undefined;
  }
}
