import { currentDroplet } from "../current-droplet.ts";
import { readStatus } from "../status.ts";

/** Prints what is up and how other programs can be pointed at it. */
export async function status(runDirectory: string, json: boolean): Promise<number> {
  const summary = await summarise(runDirectory);
  if (json) console.log(JSON.stringify(summary, null, 2));
  else for (const [name, value] of Object.entries(summary)) console.log(`${name}: ${value ?? "none"}`);
  return 0;
}

async function summarise(runDirectory: string) {
  const running = await readStatus(runDirectory);
  if (!running) return { state: "down" };
  const droplet = await currentDroplet(running);
  return {
    state: running.state,
    machine: running.machine,
    dropletId: droplet?.id ?? null,
    dropletStatus: droplet?.status ?? null,
    address: droplet?.address ?? null,
    api: running.api,
    caCertificate: running.caCertificate,
  };
}
