import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "./host/run.ts";

/** The user's cache directory for this project (XDG Base Directory). */
export const cacheRoot = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "openclaw-droplet");

/**
 * The directory that `build` fills, made once for one set of `ingredients` (whatever its content depends on).
 * Safe when two run (the second waits) and when one was interrupted (it is made again): a directory
 * gets its final name only when it is whole.
 */
export async function cached(
  name: string,
  ingredients: readonly string[],
  build: (directory: string) => Promise<void>,
): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(ingredients)).digest("hex").slice(0, 16);
  const final = join(cacheRoot, `${name}-${key}`);
  if (existsSync(final)) return final;
  await mkdir(cacheRoot, { recursive: true, mode: 0o700 });
  const release = await lock(`${final}.owner`);
  try {
    if (existsSync(final)) return final;
    await removeLeftOver(final);
    // its own, since two that find the same stale lock may both come here
    const part = `${final}.${process.pid}.part`;
    await mkdir(part);
    await build(part);
    if (await putInPlace(part, final)) return final;
    await rm(part, { recursive: true });
    return final;
  } finally {
    await release();
  }
}

/** False when another's, made of the same ingredients, has taken the place meanwhile. */
async function putInPlace(part: string, final: string): Promise<boolean> {
  try {
    await rename(part, final);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOTEMPTY") return false;
    throw error;
  }
}

/** What interrupted processes left; and this one's, after a build that failed. */
async function removeLeftOver(final: string): Promise<void> {
  for (const name of await readdir(cacheRoot)) {
    const path = join(cacheRoot, name);
    if (!path.startsWith(`${final}.`) || !path.endsWith(".part")) continue;
    const owner = Number(path.slice(final.length + 1, -".part".length));
    if (owner === process.pid || !isRunning(owner)) await rm(path, { recursive: true, force: true });
  }
}

/** Takes a lock, a link that names its owner from its first moment; one whose owner no longer runs is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await symlink(String(process.pid), path);
      return () => rm(path, { force: true });
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
    const owner = Number(await readlink(path).catch(() => "0"));
    if (owner > 0 && !isRunning(owner)) await rm(path, { force: true });
    else await sleep(500);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
