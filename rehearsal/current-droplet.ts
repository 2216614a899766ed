import type { Status } from "./status.ts";

interface Droplet {
  readonly id: number;
  readonly status: string;
  readonly created_at: string;
}

interface ReservedIp {
  readonly ip: string;
  readonly droplet: { readonly id: number } | null;
}

/** The Droplet of the stack, as the API stand-in tells it; undefined while there is none. */
export async function currentDroplet(status: Status) {
  const { droplets } = await get<{ droplets: Droplet[] }>(status, "/v2/droplets");
  const droplet = droplets.at(-1);
  if (!droplet) return undefined;
  const { reserved_ips } = await get<{ reserved_ips: ReservedIp[] }>(status, "/v2/reserved_ips");
  return { ...droplet, address: reserved_ips.find((ip) => ip.droplet?.id === droplet.id)?.ip };
}

export async function requireDroplet(status: Status) {
  const droplet = await currentDroplet(status);
  if (droplet) return droplet;
  throw new Error("the rehearsal has no Droplet yet; its progress: npm run rehearse -- status");
}

async function get<T>({ api }: Status, path: string): Promise<T> {
  const response = await fetch(new URL(path, api), { headers: { authorization: "Bearer rehearsal" } });
  if (!response.ok) throw new Error(`the API stand-in answered ${response.status} to GET ${path}`);
  return (await response.json()) as T;
}
