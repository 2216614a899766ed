import { join } from "node:path";

/** Where a Droplet keeps its disk and its console's log. */
export const dropletDirectory = (runDirectory: string, id: number) =>
  join(runDirectory, "droplets", String(id));
