import { execInDroplet } from "../droplet/exec.ts";
import { requireStatus } from "../status.ts";

/** Runs a command as root in the Droplet, on this terminal, and gives its exit code. */
export async function exec(runDirectory: string, command: readonly string[]): Promise<number> {
  await requireStatus(runDirectory);
  return await execInDroplet(runDirectory, command);
}
