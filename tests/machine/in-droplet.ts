import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execInDroplet } from "../../rehearsal/droplet/exec.ts";
import { gateway, runDirectory } from "./gateway.ts";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let another: number | undefined;

/** From now on, in this test file, everything happens in another Droplet. */
export function useDroplet(id: number): void {
  another = id;
}

/** Runs a bash script as root in the Droplet. Secrets go in by `input`: a command line is for everybody to read. */
export async function inDroplet(script: string, input = ""): Promise<Result> {
  const scratch = await mkdtemp(join(tmpdir(), "openclaw-droplet-machine-"));
  const file = (name: string) => join(scratch, name);
  await writeFile(file("in"), input, { mode: 0o600 });
  const handles = [await open(file("in")), await open(file("out"), "w"), await open(file("err"), "w")];
  try {
    const stdio = handles.map(({ fd }) => fd);
    const code = await execInDroplet(
      runDirectory,
      another ?? gateway.dropletId,
      ["bash", "-c", script],
      stdio,
    );
    const [stdout, stderr] = await Promise.all([
      readFile(file("out"), "utf8"),
      readFile(file("err"), "utf8"),
    ]);
    return { code, stdout, stderr };
  } finally {
    for (const handle of handles) await handle.close();
    await rm(scratch, { recursive: true });
  }
}

/** The standard output of a script that must succeed, without white space around it. */
export async function outputOf(script: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await inDroplet(script, input);
  if (code !== 0)
    throw new Error(`in the Droplet: ${script}: exit code ${code}: ${(stderr || stdout).trim()}`);
  return stdout.trim();
}
