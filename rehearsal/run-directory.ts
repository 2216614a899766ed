import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that is rehearsed. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Where one rehearsal keeps all that it has: its log, its stack, its machines' disks. As docker compose has one
 * project a folder, there is one rehearsal a checkout; the test suite has its own beside it:
 * "test", the machine that many tests share, and "life", one that goes through releases.
 */
export function runDirectory(purpose: "rehearsal" | "test" | "life" = "rehearsal"): string {
  const state = process.env.XDG_STATE_HOME ?? join(homedir(), ".local", "state");
  const key = createHash("sha256").update(projectRoot).digest("hex").slice(0, 8);
  return join(state, "openclaw-droplet", `${basename(projectRoot)}-${key}-${purpose}`);
}
