import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "../../rehearsal/run-directory.ts";

/** A fresh project somewhere else that has installed the packed component, as another team's stack would. */
export class Consumer {
  readonly directory: string;

  static async create(): Promise<Consumer> {
    const consumer = new Consumer(await mkdtemp(join(tmpdir(), "openclaw-droplet-consumer-")));
    const tarball = await consumer.#pack();
    await consumer.write({
      "package.json": JSON.stringify({ name: "consumer", private: true, type: "module" }),
    });
    const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await consumer.run("npm", ["install", ...quiet, tarball]);
    return consumer;
  }

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Files by their paths in the project. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  /** Runs a command in the project; its standard output, or an error with all that it said. */
  async run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return run(command, args, this.directory, env);
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true });
  }

  async #pack(): Promise<string> {
    const destination = join(this.directory, "packed");
    await mkdir(destination);
    await run("npm", ["pack", "--pack-destination", destination], projectRoot);
    const [tarball = "no tarball"] = await readdir(destination);
    return join(destination, tarball);
  }
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  // The suite's own Node options are for jest alone.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${command} ${args[0]} in ${cwd} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}
