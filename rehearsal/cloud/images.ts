import { notFound } from "./errors.ts";
import { paged } from "./pages.ts";
import { regions } from "./regions.ts";
import { get, ok, type Route } from "./router.ts";

export interface Image {
  readonly id: number;
  readonly slug: string;
  readonly distribution: string;
  readonly name: string;
  readonly createdAt: string;
  /** The smallest disk that holds it, in GiB. */
  readonly minDiskGiB: number;
}

/** What a Droplet can be made from. */
export const images: readonly Image[] = [
  {
    id: 195_000_000,
    slug: "debian-13-x64",
    distribution: "Debian",
    name: "13 x64",
    createdAt: "2026-09-08T16:04:21Z",
    minDiskGiB: 7,
  },
  {
    id: 195_000_001,
    slug: "debian-12-x64",
    distribution: "Debian",
    name: "12 x64",
    createdAt: "2026-09-08T16:02:10Z",
    minDiskGiB: 7,
  },
  {
    id: 195_000_002,
    slug: "ubuntu-24-04-x64",
    distribution: "Ubuntu",
    name: "24.04 (LTS) x64",
    createdAt: "2026-10-14T15:31:47Z",
    minDiskGiB: 7,
  },
];

/** By number or by slug; clients send an id as a number or as its digits. */
export const findImage = (key: string | number) =>
  images.find((image) => image.slug === key || String(image.id) === String(key));

export const imageView = (image: Image) => ({
  id: image.id,
  name: image.name,
  distribution: image.distribution,
  slug: image.slug,
  public: true,
  regions: regions.map((region) => region.slug),
  created_at: image.createdAt,
  min_disk_size: image.minDiskGiB,
  type: "base",
  size_gigabytes: 1.1,
  description: `${image.distribution} ${image.name}`,
  tags: [],
  status: "available",
});

export const imageRoutes: readonly Route[] = [
  get("/v2/images", (call) => {
    // All are public distributions, so private, tagged and application images are none.
    const others =
      call.query.get("private") === "true" ||
      call.query.has("tag_name") ||
      call.query.get("type") === "application";
    return paged(call, "images", others ? [] : images, imageView);
  }),
  get("/v2/images/:image", (call) => {
    const image = findImage(call.param("image"));
    if (!image) throw notFound();
    return ok({ image: imageView(image) });
  }),
];
