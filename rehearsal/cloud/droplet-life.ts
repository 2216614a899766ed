import { type Action, begin } from "./actions.ts";
import { assignedIps, attachedVolumes, type Droplet, machineSize } from "./droplet.ts";
import type { DropletOrder } from "./droplet-order.ts";
import { pendingEvent, unprocessable } from "./errors.ts";
import { now } from "./ids.ts";
import { applyFirewalls, filterDroplet, forgetFilter } from "./packet-rules.ts";
import { adopt, disown } from "./project-resources.ts";
import type { State } from "./state.ts";
import { dropletTurn, reservedIpTurn, volumeTurn } from "./turns.ts";
import type { Volume } from "./volume.ts";
import { type Vpc, vpcMembers } from "./vpc.ts";

/** Locks the Droplet, does `work` in its turn (and in the turns of what else it touches), and unlocks it. */
export function beginDropletAction(
  state: State,
  droplet: Droplet,
  type: string,
  work: () => Promise<void>,
  alsoInTurn: readonly string[] = [],
): Action {
  if (droplet.locked) throw pendingEvent();
  droplet.locked = true;
  return begin(
    state,
    {
      type,
      resourceType: "droplet",
      resourceId: droplet.id,
      about: String(droplet.id),
      region: droplet.region,
    },
    () => state.turns.take([dropletTurn(droplet.id), ...alsoInTurn], work),
    () => {
      droplet.locked = false;
    },
  );
}

export function createDroplet(
  state: State,
  order: DropletOrder,
  name: string,
  tags: ReadonlySet<string>,
): { droplet: Droplet; action: Action } {
  const droplet: Droplet = {
    ...order,
    id: state.nextDropletId(),
    name,
    createdAt: now(),
    vpcId: order.vpc.id,
    privateAddress: freePrivateAddress(state, order.vpc),
    tags: new Set(tags),
    diskGiB: order.size.diskGiB,
    status: "new",
    locked: false,
    made: false,
    address: undefined,
  };
  state.droplets.set(droplet.id, droplet);
  adopt(state, `do:droplet:${droplet.id}`);
  for (const volume of order.volumes) volume.locked = true;
  const action = beginDropletAction(
    state,
    droplet,
    "create",
    () => create(state, droplet, order.volumes),
    order.volumes.map((volume) => volumeTurn(volume.id)),
  );
  return { droplet, action };
}

async function create(state: State, droplet: Droplet, volumes: readonly Volume[]): Promise<void> {
  try {
    await boot(state, droplet, volumes);
    for (const volume of volumes) volume.dropletId = droplet.id;
    droplet.status = "active";
  } catch (error) {
    // "off" ends a client's wait for "active" at once; "new" would keep it waiting for an hour.
    droplet.status = "off";
    if (droplet.made) await state.world.powerOff(droplet.id);
    else droplet.address = undefined;
    throw error;
  } finally {
    for (const volume of volumes) volume.locked = false;
  }
}

async function boot(state: State, droplet: Droplet, volumes: readonly Volume[]): Promise<void> {
  droplet.address = state.world.allocateDropletAddress(droplet.id);
  // Closed before it exists; Droplets whose rules name one of its tags learn its address.
  await filterDroplet(state, droplet);
  await applyFirewalls(state);
  await state.world.createDroplet({
    id: droplet.id,
    name: droplet.name,
    size: machineSize(droplet),
    region: droplet.region.slug,
    image: droplet.image.slug,
    userData: droplet.userData,
    publicKeys: droplet.publicKeys,
    address: droplet.address,
    volumes: volumes.map(({ id }) => id),
  });
  droplet.made = true;
}

/** It stays, locked, until its machine is gone; a failure leaves it there to be deleted again. */
export function destroyDroplet(state: State, droplet: Droplet): void {
  const volumes = attachedVolumes(state, droplet);
  const ips = assignedIps(state, droplet);
  beginDropletAction(
    state,
    droplet,
    "destroy",
    async () => {
      // Off first, so that no file system is torn from a running machine.
      if (droplet.status === "active") await state.world.powerOff(droplet.id);
      droplet.status = "off";
      for (const volume of attachedVolumes(state, droplet)) {
        await state.world.detachVolume(volume.id, droplet.id);
        volume.dropletId = null;
      }
      for (const reserved of assignedIps(state, droplet)) {
        await state.world.mapReservedIp(reserved.ip, null);
        reserved.dropletId = null;
        reserved.targetId = null;
      }
      if (droplet.made) await state.world.destroy(droplet.id);
      forget(state, droplet);
      await applyFirewalls(state);
    },
    [...volumes.map((volume) => volumeTurn(volume.id)), ...ips.map((ip) => reservedIpTurn(ip.ip))],
  );
}

function forget(state: State, droplet: Droplet): void {
  state.droplets.delete(droplet.id);
  forgetFilter(state, droplet);
  disown(state, `do:droplet:${droplet.id}`);
  for (const firewall of state.firewalls.values()) firewall.dropletIds.delete(droplet.id);
}

function freePrivateAddress(state: State, vpc: Vpc): string {
  const used = new Set(vpcMembers(state, vpc).map((droplet) => droplet.privateAddress));
  const prefix = vpc.ipRange.split("/")[0]?.split(".").slice(0, 3).join(".");
  for (let host = 2; host < 255; host += 1) {
    if (!used.has(`${prefix}.${host}`)) return `${prefix}.${host}`;
  }
  throw unprocessable(`VPC ${vpc.name} has no free address.`);
}
