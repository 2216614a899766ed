import { readStatus } from "../status.ts";

interface Droplet {
  readonly id: number;
  readonly status: string;
  readonly networks: { readonly v4: readonly { readonly ip_address: string; readonly type: string }[] };
}

interface ReservedIp {
  readonly ip: string;
  readonly droplet: { readonly id: number } | null;
}

/** Prints what is up and how other programs can be pointed at it. */
export async function status(runDirectory: string, json: boolean): Promise<number> {
  const summary = await summarise(runDirectory);
  if (json) console.log(JSON.stringify(summary, null, 2));
  else for (const [name, value] of Object.entries(summary)) console.log(`${name}: ${value}`);
  return 0;
}

async function summarise(runDirectory: string) {
  const running = await readStatus(runDirectory);
  if (!running) return { state: "down" };
  const { droplets } = await get<{ droplets: Droplet[] }>(running.api, "/v2/droplets");
  const { reserved_ips } = await get<{ reserved_ips: ReservedIp[] }>(running.api, "/v2/reserved_ips");
  const droplet = droplets.at(-1);
  return {
    state: running.state,
    dropletId: droplet?.id ?? null,
    dropletStatus: droplet?.status ?? null,
    address: reserved_ips.find((ip) => ip.droplet?.id === droplet?.id)?.ip ?? null,
    api: running.api,
    caCertificate: running.caCertificate,
  };
}

async function get<T>(api: string, path: string): Promise<T> {
  const response = await fetch(new URL(path, api), { headers: { authorization: "Bearer rehearsal" } });
  if (!response.ok) throw new Error(`the API stand-in answered ${response.status} to GET ${path}`);
  return (await response.json()) as T;
}
