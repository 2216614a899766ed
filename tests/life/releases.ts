/** Copies of this project's program that make another machine, as another release of the project would. */
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { projectRoot } from "../../rehearsal/run-directory.ts";

const program = ["Pulumi.yaml", "package.json", "index.ts", "components", "cloud-init"];

/** The last release of OpenClaw before the one that this checkout pins. */
export async function formerRelease(directory: string): Promise<string> {
  const copy = await copyProgram(join(directory, "former"));
  await cp(join(import.meta.dirname, "pins-2026.9.5.json"), join(copy, "cloud-init/pins.json"));
  return copy;
}

/** This checkout's release, but its gateway loses the state, says why, and crashes whenever it is started. */
export async function brokenRelease(directory: string): Promise<string> {
  const copy = await copyProgram(join(directory, "broken"));
  const dropIn = join(copy, "cloud-init/files/etc/systemd/system/openclaw-gateway.service.d/broken.conf");
  await mkdir(dirname(dropIn));
  const crash = "find /var/lib/openclaw -mindepth 1 -delete; echo no such column: sessions.owner; exit 1";
  await writeFile(dropIn, `[Service]\nExecStart=\nExecStart=/bin/sh -c "${crash}"\n`);
  return copy;
}

async function copyProgram(to: string): Promise<string> {
  await mkdir(to);
  for (const part of program) await cp(join(projectRoot, part), join(to, part), { recursive: true });
  await symlink(join(projectRoot, "node_modules"), join(to, "node_modules"));
  return to;
}
