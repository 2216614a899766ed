import type { DropletSpec } from "../cloud/world.ts";
import type { Addresses } from "./addresses.ts";

/** What DigitalOcean's metadata service says of one Droplet: the document of /metadata/v1.json. */
export interface Metadata {
  readonly droplet_id: number;
  readonly hostname: string;
  readonly vendor_data: string;
  readonly user_data: string;
  readonly public_keys: readonly string[];
  readonly region: string;
  readonly interfaces: { readonly public: readonly Interface[] };
  readonly floating_ip: ReservedIp;
  readonly reserved_ip: ReservedIp;
  readonly dns: { readonly nameservers: readonly string[] };
  readonly tags: readonly string[];
  readonly features: { readonly dhcp_enabled: boolean };
}

interface Ipv4 {
  readonly ip_address: string;
  readonly netmask: string;
  readonly gateway: string;
}

interface Interface {
  readonly ipv4: Ipv4;
  readonly anchor_ipv4: Ipv4;
  readonly mac: string;
  readonly type: "public";
}

interface ReservedIp {
  readonly ipv4: { readonly active: boolean; readonly ip_address?: string };
}

/** The part of DigitalOcean's own vendor data that shows: root may sign in by key, /etc/hosts is cloud-init's. */
const vendorData = "#cloud-config\ndisable_root: false\nmanage_etc_hosts: true\n";

export function metadata(
  plan: Addresses,
  spec: DropletSpec,
  mac: string,
  reservedIp: string | undefined,
): Metadata {
  const { anchor } = plan;
  const reserved = {
    ipv4: reservedIp === undefined ? { active: false } : { active: true, ip_address: reservedIp },
  };
  return {
    droplet_id: spec.id,
    hostname: spec.name,
    vendor_data: vendorData,
    user_data: spec.userData,
    public_keys: spec.publicKeys,
    region: spec.region,
    interfaces: {
      public: [
        {
          ipv4: { ip_address: spec.address, netmask: plan.publicNetmask, gateway: plan.gateway },
          anchor_ipv4: {
            ip_address: anchor.of(spec.address),
            netmask: anchor.netmask,
            gateway: anchor.gateway,
          },
          mac,
          type: "public",
        },
      ],
    },
    floating_ip: reserved, // the older name of the same thing
    reserved_ip: reserved,
    dns: { nameservers: [plan.resolver] },
    tags: [],
    features: { dhcp_enabled: false },
  };
}

/** A data endpoint is text, an index endpoint holds more of both; https://docs.digitalocean.com/reference/api/metadata/ */
export type Endpoint = string | { readonly [name: string]: Endpoint };

/** The tree below /metadata/v1/. */
export function endpoints(document: Metadata): Endpoint {
  const ipv4 = ({ ip_address, netmask, gateway }: Ipv4) => ({ address: ip_address, netmask, gateway });
  const reserved = ({ ipv4: { active, ip_address } }: ReservedIp) => ({
    ipv4: { active: String(active), ...(ip_address === undefined ? {} : { ip_address }) },
  });
  const network = document.interfaces.public.map((one) => ({
    ipv4: ipv4(one.ipv4),
    anchor_ipv4: ipv4(one.anchor_ipv4),
    mac: one.mac,
    type: one.type,
  }));
  return {
    id: String(document.droplet_id),
    hostname: document.hostname,
    "user-data": document.user_data,
    "vendor-data": document.vendor_data,
    "public-keys": document.public_keys.join("\n"),
    region: document.region,
    interfaces: { public: Object.fromEntries(network.entries()) },
    dns: { nameservers: document.dns.nameservers.join("\n") },
    floating_ip: reserved(document.floating_ip),
    reserved_ip: reserved(document.reserved_ip),
    tags: document.tags.join("\n"),
    features: { dhcp_enabled: String(document.features.dhcp_enabled) },
  };
}

export type Answer = { readonly status: 200 | 301 | 404; readonly type?: string; readonly body: string };

/** What a Droplet with this document gets for a GET of this path. */
export function answer(document: Metadata, path: string): Answer {
  if (path === "/metadata/v1.json")
    return { status: 200, type: "application/json", body: JSON.stringify(document) };
  const missing = { status: 404, body: "not found" } as const;
  const names = path.split("/").slice(1);
  if (names.shift() !== "metadata" || names.shift() !== "v1") return missing;
  let at: Endpoint = endpoints(document);
  for (const name of names.filter((one) => one !== "")) {
    if (typeof at === "string" || !Object.hasOwn(at, name)) return missing;
    at = at[name] ?? "";
  }
  if (typeof at === "string") return { status: 200, type: "text/plain", body: at };
  if (!path.endsWith("/")) return { status: 301, body: `${path}/` };
  const index = Object.entries(at).map(([name, value]) => (typeof value === "string" ? name : `${name}/`));
  return { status: 200, type: "text/plain", body: index.join("\n") };
}
