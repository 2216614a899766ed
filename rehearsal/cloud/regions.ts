import { unprocessable } from "./errors.ts";
import { paged } from "./pages.ts";
import { get, type Route } from "./router.ts";
import { sizes } from "./sizes.ts";

export interface Region {
  readonly slug: string;
  readonly name: string;
  readonly available: boolean;
}

const open = (slug: string, name: string): Region => ({ slug, name, available: true });
const closed = (slug: string, name: string): Region => ({ slug, name, available: false });

export const regions: readonly Region[] = [
  open("nyc1", "New York 1"),
  closed("nyc2", "New York 2"),
  open("nyc3", "New York 3"),
  closed("ams2", "Amsterdam 2"),
  open("ams3", "Amsterdam 3"),
  closed("sfo1", "San Francisco 1"),
  open("sfo2", "San Francisco 2"),
  open("sfo3", "San Francisco 3"),
  open("sgp1", "Singapore 1"),
  open("lon1", "London 1"),
  open("fra1", "Frankfurt 1"),
  open("tor1", "Toronto 1"),
  open("blr1", "Bangalore 1"),
  open("syd1", "Sydney 1"),
  open("atl1", "Atlanta 1"),
];

/** The region of that slug; a 422 where there is none or it takes no new resources. */
export function openRegion(slug: string, invalid: string): Region {
  const region = regions.find((candidate) => candidate.slug === slug);
  if (!region) throw unprocessable(invalid);
  if (!region.available) throw unprocessable("Region is not available");
  return region;
}

export const regionView = (region: Region) => ({
  name: region.name,
  slug: region.slug,
  sizes: region.available
    ? sizes.filter((size) => size.regions.includes(region.slug)).map((size) => size.slug)
    : [],
  available: region.available,
  features: ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
});

export const regionRoutes: readonly Route[] = [
  get("/v2/regions", (call) => paged(call, "regions", regions, regionView)),
];
