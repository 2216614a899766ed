import type { Image } from "./images.ts";
import { imageView } from "./images.ts";
import { type Region, regionView } from "./regions.ts";
import { diskInfo, type Size, sizeView } from "./sizes.ts";
import type { State } from "./state.ts";
import type { DropletSize } from "./world.ts";

export interface BackupPolicy {
  readonly plan: "daily" | "weekly" | "monthly";
  readonly weekday: string | undefined;
  readonly hour: number;
}

export interface Droplet {
  readonly id: number;
  readonly createdAt: string;
  readonly region: Region;
  readonly image: Image;
  readonly vpcId: string;
  readonly privateAddress: string;
  readonly userData: string;
  readonly publicKeys: readonly string[];
  readonly monitoring: boolean;
  readonly agent: boolean;
  readonly tags: Set<string>;
  name: string;
  size: Size;
  /** Of the disk it has, which a resize may leave as it was. */
  diskGiB: number;
  status: "new" | "active" | "off";
  /** An action is under way, and no other may begin. */
  locked: boolean;
  ipv6: boolean;
  backups: boolean;
  backupPolicy: BackupPolicy | undefined;
  /** The world has a machine for it; not so when its creation failed. */
  made: boolean;
  /** Its own public IPv4 address, once the world gave one. */
  address: string | undefined;
}

export const machineSize = ({ size, diskGiB }: Pick<Droplet, "size" | "diskGiB">): DropletSize => ({
  slug: size.slug,
  memoryMiB: size.memoryMiB,
  vcpus: size.vcpus,
  diskGiB,
});

/** From the block for documentation: the world carries no IPv6. */
const ipv6Address = (droplet: Droplet) => `2001:db8::${(droplet.id % 0xffff).toString(16)}`;

/** All addresses that a firewall rule means when it names this Droplet. */
export const addresses = (droplet: Droplet): string[] =>
  droplet.address === undefined
    ? []
    : [droplet.address, droplet.privateAddress, ...(droplet.ipv6 ? [ipv6Address(droplet)] : [])];

export const attachedVolumes = (state: State, droplet: Droplet) =>
  [...state.volumes.values()].filter((volume) => volume.dropletId === droplet.id);

export const assignedIps = (state: State, droplet: Droplet) =>
  [...state.reservedIps.values()].filter((reserved) => reserved.dropletId === droplet.id);

function features(droplet: Droplet): string[] {
  return [
    ...(droplet.agent ? ["droplet_agent"] : []),
    ...(droplet.monitoring ? ["monitoring"] : []),
    ...(droplet.backups ? ["backups"] : []),
    "private_networking",
    ...(droplet.ipv6 ? ["ipv6"] : []),
  ];
}

const gateway = (address: string) => address.replace(/\d+$/, "1");

function networks(droplet: Droplet) {
  if (droplet.status === "new" || droplet.address === undefined) return { v4: [], v6: [] };
  const v4 = (type: "public" | "private", address: string) => ({
    ip_address: address,
    netmask: "255.255.240.0",
    gateway: gateway(address),
    type,
  });
  const v6 = { ip_address: ipv6Address(droplet), netmask: 64, gateway: "2001:db8::ffff", type: "public" };
  return {
    v4: [v4("private", droplet.privateAddress), v4("public", droplet.address)],
    v6: droplet.ipv6 ? [v6] : [],
  };
}

export const dropletView = (state: State, droplet: Droplet) => ({
  id: droplet.id,
  name: droplet.name,
  memory: droplet.size.memoryMiB,
  vcpus: droplet.size.vcpus,
  disk: droplet.diskGiB,
  disk_info: diskInfo(droplet.diskGiB),
  locked: droplet.locked,
  status: droplet.status,
  kernel: null,
  created_at: droplet.createdAt,
  features: features(droplet),
  backup_ids: [],
  next_backup_window: null,
  snapshot_ids: [],
  image: imageView(droplet.image),
  volume_ids: attachedVolumes(state, droplet).map((volume) => volume.id),
  size: sizeView(droplet.size),
  size_slug: droplet.size.slug,
  networks: networks(droplet),
  region: regionView(droplet.region),
  tags: [...droplet.tags],
  vpc_uuid: droplet.vpcId,
});
