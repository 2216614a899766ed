import { requireDroplet } from "../current-droplet.ts";
import { execInDroplet } from "../droplet/exec.ts";
import { requireStatus } from "../status.ts";

/** Shows the Droplet's journal of this boot. */
export async function logs(runDirectory: string, follow: boolean): Promise<number> {
  const { id } = await requireDroplet(await requireStatus(runDirectory));
  const journal = [
    "journalctl",
    "--boot",
    "--no-pager",
    "--output=short",
    ...(follow ? ["--follow", "--lines=all"] : []),
  ];
  return await execInDroplet(runDirectory, id, journal, "inherit");
}
