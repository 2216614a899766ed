import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Progress, step } from "../progress.ts";

/** What is built, each from a go.mod of its own: the nodejs language host has left the CLI's modules. */
const programs = [
  { module: "cli", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  { module: "language-host", package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs" },
];

/** The files that pin every module of the build. */
export function pins(): Promise<string[]> {
  const paths = programs.flatMap(({ module }) => [`${module}/go.mod`, `${module}/go.sum`]);
  return Promise.all(paths.map((path) => readFile(join(import.meta.dirname, path), "utf8")));
}

/** Builds `pulumi` and its nodejs language host into `directory`. */
export async function build(
  directory: string,
  version: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  // Go's own temporary files, so that they go with the directory if this is interrupted.
  const temporary = join(directory, "tmp");
  await mkdir(temporary);
  await step(progress, `Pulumi ${version} from Go modules, once, about 4 minutes on two cores`, async () => {
    const start = Date.now();
    const saySoFar = () => progress(`Pulumi from Go modules: ${Math.round((Date.now() - start) / 1000)} s`);
    const heartbeat = setInterval(saySoFar, 15_000);
    try {
      for (const program of programs) {
        const output = join(directory, program.package.split("/").at(-1) ?? "");
        await go(program, version, output, temporary, signal);
      }
    } finally {
      clearInterval(heartbeat);
    }
  });
  await rm(temporary, { recursive: true });
}

async function go(
  program: (typeof programs)[number],
  version: string,
  output: string,
  temporary: string,
  signal?: AbortSignal,
): Promise<void> {
  const sdkVersion = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const building = promisify(execFile)(
    "go",
    ["build", "-trimpath", "-ldflags", `-s -w ${sdkVersion}`, "-o", output, program.package],
    {
      cwd: join(import.meta.dirname, program.module),
      env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOTMPDIR: temporary },
      maxBuffer: 16 * 1024 * 1024,
      signal,
      // The one signal on which Go stops its compilers and cleans up.
      killSignal: "SIGINT",
    },
  );
  const stop = () => building.child.kill("SIGINT");
  process.once("exit", stop);
  try {
    await building;
  } finally {
    process.removeListener("exit", stop);
  }
}
