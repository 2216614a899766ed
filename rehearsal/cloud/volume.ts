import { type Action, begin } from "./actions.ts";
import type { Droplet } from "./droplet.ts";
import { pendingEvent, unprocessable } from "./errors.ts";
import { type Region, regionView } from "./regions.ts";
import type { State } from "./state.ts";
import { dropletTurn, volumeTurn } from "./turns.ts";

export interface Volume {
  readonly id: string;
  readonly createdAt: string;
  readonly name: string;
  readonly description: string;
  readonly region: Region;
  readonly filesystem: "ext4" | "xfs" | null;
  readonly label: string;
  readonly tags: Set<string>;
  gigabytes: number;
  dropletId: number | null;
  /** An action is under way. */
  locked: boolean;
}

export const MAX_GIGABYTES = 16 * 1024;

function beginVolumeAction(
  state: State,
  volume: Volume,
  type: string,
  droplet: Droplet | undefined,
  work: () => Promise<void>,
): Action {
  if (volume.locked) throw unprocessable("Volume already has a pending event.");
  if (droplet?.locked) throw pendingEvent();
  volume.locked = true;
  const turns = [volumeTurn(volume.id), ...(droplet ? [dropletTurn(droplet.id)] : [])];
  return begin(
    state,
    { type, resourceType: "volume", resourceId: 0, about: volume.id, region: volume.region },
    () => state.turns.take(turns, work),
    () => {
      volume.locked = false;
    },
  );
}

export function attach(state: State, volume: Volume, droplet: Droplet): Action {
  if (volume.dropletId === droplet.id) throw unprocessable("The volume is already attached to this Droplet.");
  if (volume.dropletId !== null) throw unprocessable("The volume is already attached to another Droplet.");
  if (volume.region !== droplet.region) throw unprocessable("Droplet and volume are in different regions.");
  return beginVolumeAction(state, volume, "attach_volume", droplet, async () => {
    await state.world.attachVolume(volume.id, droplet.id);
    volume.dropletId = droplet.id;
  });
}

export function detach(state: State, volume: Volume, droplet: Droplet | undefined): Action {
  if (!droplet || volume.dropletId !== droplet.id) throw unprocessable("Attachment not found");
  return beginVolumeAction(state, volume, "detach_volume", droplet, async () => {
    await state.world.detachVolume(volume.id, droplet.id);
    volume.dropletId = null;
  });
}

export function grow(state: State, volume: Volume, gigabytes: number): Action {
  if (gigabytes <= volume.gigabytes)
    throw unprocessable(
      `A volume can only grow: it has ${volume.gigabytes} GiB, ${gigabytes} were asked for.`,
    );
  if (gigabytes > MAX_GIGABYTES) throw unprocessable(`A volume has at most ${MAX_GIGABYTES} GiB.`);
  return beginVolumeAction(state, volume, "resize_volume", undefined, async () => {
    await state.world.growVolume(volume.id, gigabytes);
    volume.gigabytes = gigabytes;
  });
}

export const volumeView = (volume: Volume) => ({
  id: volume.id,
  region: regionView(volume.region),
  droplet_ids: volume.dropletId === null ? [] : [volume.dropletId],
  name: volume.name,
  description: volume.description,
  size_gigabytes: volume.gigabytes,
  created_at: volume.createdAt,
  filesystem_type: volume.filesystem ?? "",
  filesystem_label: volume.label,
  tags: [...volume.tags],
});
