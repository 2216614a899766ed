import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

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
  const release = await lock(`${final}.lock`);
  try {
    if (existsSync(final)) return final;
    const part = `${final}.part`;
    await rm(part, { recursive: true, force: true });
    await mkdir(part);
    await build(part);
    await rename(part, final);
    return final;
  } finally {
    await release();
  }
}

/** Takes a lock file that names its owner; a lock whose owner no longer runs is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(path, "utf8").catch(() => "0"));
    if (owner > 0 && !isRunning(owner)) await rm(path, { force: true });
    else await sleep(500);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
