import type { RehearsalWorld } from "../../rehearsal/world.ts";

export const dropletId = 500000001;

/** Boots the one Droplet of a test, in no firewall. */
export async function bootDroplet(world: RehearsalWorld, userData: string): Promise<string> {
  const address = world.allocateDropletAddress(dropletId);
  const size = { slug: "s-1vcpu-1gb", memoryMiB: 1024, vcpus: 1, diskGiB: 25 };
  const place = { region: "fra1", image: "debian-13-x64", address };
  await world.createDroplet({ id: dropletId, name: "claw-1", size, ...place, userData, publicKeys: [] });
  return address;
}
