import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { cached } from "../cache.ts";
import { type Progress, step } from "../progress.ts";
import { build, pins } from "./build.ts";
import { request } from "./release.ts";

/**
 * The version that is downloaded or built, and the oldest that will do on PATH: with it this project's program
 * (`runtime: nodejs, typescript: false`, the types stripped by Node) is known to run; older ones were not tried.
 */
const version = "3.259.0";

const executables = ["pulumi", "pulumi-language-nodejs"];
const run = promisify(execFile);

export interface Cli {
  /** The `pulumi` executable; the nodejs language host is beside it. */
  readonly pulumi: string;
  /** One line that says which it is. */
  readonly source: string;
}

/** `pulumi` on PATH if it will do, else the official download, else built from Go modules. */
export async function prepareCli(progress: Progress, signal?: AbortSignal): Promise<Cli> {
  const found = await onPath();
  if (found) return found;
  const go = await run("go", ["version"], { env: process.env }).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
  const ingredients = [version, process.platform, process.arch, go ?? "no Go", ...(await pins())];
  const directory = await cached("pulumi", ingredients, async (part) => {
    const refused = await download(part, progress, signal);
    if (refused !== null && go === null) {
      throw new Error(
        `no Pulumi: none of version ${version} or later on PATH, its download failed (${refused}), and there is no ` +
          "Go to build it with. Install Pulumi (https://www.pulumi.com/docs/install) or Go 1.25.11 or later",
      );
    }
    if (refused !== null) await build(part, version, progress, signal);
    await writeFile(
      join(part, "source"),
      refused === null ? "official download" : `built from modules with ${go}`,
    );
  });
  const source = await readFile(join(directory, "source"), "utf8");
  return { pulumi: join(directory, "pulumi"), source: `pulumi ${version}, ${source}` };
}

async function onPath(): Promise<Cli | null> {
  const directory = (process.env.PATH ?? "")
    .split(delimiter)
    .find((directory) => executables.every((name) => isExecutable(join(directory, name))));
  if (!directory) return null;
  const pulumi = join(directory, "pulumi");
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const installed = (await run(pulumi, ["version"], { env })).stdout.trim().replace(/^v/, "");
  if (installed.localeCompare(version, "en", { numeric: true }) < 0) return null;
  return { pulumi, source: `pulumi ${installed}, on PATH at ${pulumi}` };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Null when it is in `directory`, else why not. */
async function download(directory: string, progress: Progress, signal?: AbortSignal): Promise<string | null> {
  const archive = `sdk/pulumi-v${version}-${process.platform}-${process.arch}.tar.gz`;
  const response = await request(archive, "GET", signal);
  if (typeof response === "string") return response;
  try {
    await step(progress, `Pulumi ${version}, official download`, () => extract(response, directory, signal));
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return (error as Error).message;
  }
}

async function extract({ body, url }: Response, directory: string, signal?: AbortSignal): Promise<void> {
  const members = executables.map((name) => `pulumi/${name}`);
  const tar = run("tar", ["-xz", "--strip-components=1", "-C", directory, ...members]);
  if (!body || !tar.child.stdin) throw new Error(`${url} is empty`);
  await Promise.all([pipeline(Readable.fromWeb(body), tar.child.stdin, { signal }), tar]);
}
