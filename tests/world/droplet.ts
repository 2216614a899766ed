import type { RehearsalWorld } from "../../rehearsal/world.ts";

export const dropletId = 500000001;

/** Boots the Droplet of a test, in no firewall. */
export async function bootDroplet(
  world: RehearsalWorld,
  userData: string,
  options: { id?: number; volumes?: readonly string[] } = {},
): Promise<string> {
  const { id = dropletId, volumes = [] } = options;
  const address = world.allocateDropletAddress(id);
  const size = { slug: "s-1vcpu-1gb", memoryMiB: 1024, vcpus: 1, diskGiB: 25 };
  const place = { region: "fra1", image: "debian-13-x64", address };
  await world.createDroplet({ id, name: "claw-1", size, ...place, userData, publicKeys: [], volumes });
  return address;
}

/** Makes a Volume of 1 GiB and boots the Droplet of a test with it, which mounts it at once. */
export async function bootDropletWithVolume(world: RehearsalWorld): Promise<void> {
  const volume = { id: "8f4c0c5e-2f55-4d0a-9a6b-6d1c3f5c7a11", name: "state" };
  await world.createVolume({ ...volume, gigabytes: 1, filesystem: "ext4", label: "" });
  const userData = "#cloud-config\nbootcmd: [mount /dev/disk/by-id/scsi-0DO_Volume_state /mnt]\n";
  await bootDroplet(world, userData, { volumes: [volume.id] });
}
