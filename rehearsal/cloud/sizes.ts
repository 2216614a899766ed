import { paged } from "./pages.ts";
import { get, type Route } from "./router.ts";

export interface Size {
  readonly slug: string;
  readonly description: string;
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly diskGiB: number;
  /** Outbound transfer a month, in TiB. */
  readonly transfer: number;
  /** US dollars. */
  readonly priceMonthly: number;
  readonly regions: readonly string[];
}

const EVERYWHERE = "nyc1 nyc3 ams3 sfo2 sfo3 sgp1 lon1 fra1 tor1 blr1 syd1 atl1".split(" ");
/** The older datacentre has no premium CPUs. */
const PREMIUM = EVERYWHERE.filter((slug) => slug !== "sfo2");
const GIB = 1024;

/** Shared CPUs: [slug, MiB, vCPUs, GiB of disk, TiB of transfer, dollars]; listed, as no rule makes them. */
const basic: readonly (readonly [string, number, number, number, number, number])[] = [
  ["s-1vcpu-512mb-10gb", 512, 1, 10, 0.5, 4],
  ["s-1vcpu-1gb", 1024, 1, 25, 1, 6],
  ["s-1vcpu-2gb", 2048, 1, 50, 2, 12],
  ["s-2vcpu-2gb", 2048, 2, 60, 3, 18],
  ["s-2vcpu-4gb", 4096, 2, 80, 4, 24],
  ["s-4vcpu-8gb", 8192, 4, 160, 5, 48],
  ["s-8vcpu-16gb", 16384, 8, 320, 6, 96],
];
const premiumIntel: typeof basic = [
  ["s-1vcpu-1gb-35gb-intel", 1024, 1, 35, 1, 8],
  ["s-1vcpu-2gb-70gb-intel", 2048, 1, 70, 2, 16],
  ["s-2vcpu-2gb-90gb-intel", 2048, 2, 90, 3, 24],
  ["s-2vcpu-4gb-120gb-intel", 4096, 2, 120, 4, 32],
  ["s-2vcpu-8gb-160gb-intel", 8192, 2, 160, 5, 48],
  ["s-4vcpu-8gb-240gb-intel", 8192, 4, 240, 6, 64],
  ["s-4vcpu-16gb-320gb-intel", 16384, 4, 320, 8, 96],
  ["s-8vcpu-16gb-480gb-intel", 16384, 8, 480, 9, 128],
  ["s-8vcpu-32gb-640gb-intel", 32768, 8, 640, 10, 192],
];
const premiumAmd: typeof basic = [
  ["s-2vcpu-8gb-amd", 8192, 2, 100, 5, 42],
  ["s-4vcpu-16gb-amd", 16384, 4, 200, 8, 84],
  ["s-8vcpu-32gb-amd", 32768, 8, 400, 10, 168],
];

function listed(description: string, rows: typeof basic, suffix = "", price = 1): Size[] {
  return rows.map(([slug, memoryMiB, vcpus, diskGiB, transfer, dollars]) => ({
    slug: slug + suffix,
    description,
    memoryMiB,
    vcpus,
    diskGiB,
    transfer,
    priceMonthly: Math.round(dollars * price),
    regions: /-(intel|amd)$/.test(slug + suffix) ? PREMIUM : EVERYWHERE,
  }));
}

interface Family {
  readonly description: string;
  readonly slug: (vcpus: number, memoryGiB: number) => string;
  readonly vcpus: readonly number[];
  /** Memory, disk and price grow with the vCPUs. */
  readonly perVcpu: { readonly memoryGiB: number; readonly diskGiB: number; readonly dollars: number };
}

const long = (family: string) => (vcpus: number, memoryGiB: number) =>
  `${family}-${vcpus}vcpu-${memoryGiB}gb`;
const families: readonly Family[] = [
  {
    description: "CPU-Optimized",
    slug: (vcpus) => `c-${vcpus}`,
    vcpus: [2, 4, 8, 16, 32, 48],
    perVcpu: { memoryGiB: 2, diskGiB: 12.5, dollars: 21 },
  },
  {
    description: "CPU-Optimized 2x SSD",
    slug: long("c2"),
    vcpus: [2, 4, 8, 16, 32, 48],
    perVcpu: { memoryGiB: 2, diskGiB: 25, dollars: 23.5 },
  },
  {
    description: "General Purpose",
    slug: long("g"),
    vcpus: [2, 4, 8, 16, 32, 40],
    perVcpu: { memoryGiB: 4, diskGiB: 12.5, dollars: 31.5 },
  },
  {
    description: "General Purpose 2x SSD",
    slug: long("gd"),
    vcpus: [2, 4, 8, 16, 32, 40],
    perVcpu: { memoryGiB: 4, diskGiB: 25, dollars: 34 },
  },
  {
    description: "Memory-Optimized",
    slug: long("m"),
    vcpus: [2, 4, 8, 16, 24, 32],
    perVcpu: { memoryGiB: 8, diskGiB: 25, dollars: 42 },
  },
  {
    description: "Storage-Optimized",
    slug: long("so"),
    vcpus: [2, 4, 8, 16, 24, 32],
    perVcpu: { memoryGiB: 8, diskGiB: 150, dollars: 65.5 },
  },
];

function ofFamily({ description, slug, vcpus, perVcpu }: Family): Size[] {
  return vcpus.flatMap((count, step) => {
    const size = {
      memoryMiB: count * perVcpu.memoryGiB * GIB,
      vcpus: count,
      diskGiB: count * perVcpu.diskGiB,
      transfer: 4 + step,
    };
    const name = slug(count, count * perVcpu.memoryGiB);
    const dollars = count * perVcpu.dollars;
    return [
      { ...size, slug: name, description, priceMonthly: dollars, regions: EVERYWHERE },
      {
        ...size,
        slug: `${name}-intel`,
        description: `${description} — Premium Intel`,
        priceMonthly: Math.round(dollars * 1.3),
        regions: PREMIUM,
      },
    ];
  });
}

export const sizes: readonly Size[] = [
  ...listed("Basic", basic),
  ...listed("Basic AMD", basic.slice(1), "-amd", 7 / 6),
  ...listed("Basic Intel", basic.slice(1), "-intel", 7 / 6),
  ...listed("Premium Intel", premiumIntel),
  ...listed("Premium AMD", premiumAmd),
  ...families.flatMap(ofFamily),
];

export const findSize = (slug: string) => sizes.find((size) => size.slug === slug);

export const diskInfo = (gib: number) => [{ type: "local", size: { amount: gib, unit: "gib" } }];

export const sizeView = (size: Size) => ({
  slug: size.slug,
  memory: size.memoryMiB,
  vcpus: size.vcpus,
  disk: size.diskGiB,
  disk_info: diskInfo(size.diskGiB),
  transfer: size.transfer,
  price_monthly: size.priceMonthly,
  // A month costs at most 28 days.
  price_hourly: Number((size.priceMonthly / (28 * 24)).toFixed(5)),
  regions: size.regions,
  available: true,
  description: size.description,
});

export const sizeRoutes: readonly Route[] = [
  get("/v2/sizes", (call) => paged(call, "sizes", sizes, sizeView)),
];
