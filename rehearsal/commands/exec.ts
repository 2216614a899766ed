import { requireDroplet } from "../current-droplet.ts";
import { execInDroplet } from "../droplet/exec.ts";
import { requireStatus } from "../status.ts";

/** Runs a command as root in the Droplet, on this terminal, and gives its exit code. */
export async function exec(runDirectory: string, command: readonly string[]): Promise<number> {
  const { id } = await requireDroplet(await requireStatus(runDirectory));
  return await execInDroplet(runDirectory, id, command, "inherit");
}
