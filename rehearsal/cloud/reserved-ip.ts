import { type Action, begin } from "./actions.ts";
import { type Droplet, dropletView } from "./droplet.ts";
import { pendingEvent, unprocessable } from "./errors.ts";
import { mainProject } from "./projects.ts";
import { type Region, regionView } from "./regions.ts";
import type { State } from "./state.ts";
import { dropletTurn, reservedIpTurn } from "./turns.ts";

export interface ReservedIp {
  readonly ip: string;
  readonly region: Region;
  /** The Droplet its packets go to. */
  dropletId: number | null;
  /** The Droplet it is on or being moved to. */
  targetId: number | null;
  /** An action is under way. */
  locked: boolean;
}

/** As DigitalOcean numbers a Reserved IP: its four bytes as one number. */
const asNumber = (ip: string) => ip.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);

function beginMove(
  state: State,
  reserved: ReservedIp,
  type: "assign_ip" | "unassign_ip",
  to: Droplet | null,
): Action {
  if (reserved.locked) throw unprocessable("The reserved IP has a pending event.");
  reserved.locked = true;
  reserved.targetId = to?.id ?? null;
  const machines = [reserved.dropletId, to?.id].flatMap((id) => (id ? [dropletTurn(id)] : []));
  return begin(
    state,
    {
      type,
      resourceType: "reserved_ip",
      resourceId: asNumber(reserved.ip),
      about: reserved.ip,
      region: reserved.region,
    },
    () =>
      state.turns.take([reservedIpTurn(reserved.ip), ...machines], async () => {
        await state.world.mapReservedIp(reserved.ip, to?.id ?? null);
        reserved.dropletId = to?.id ?? null;
      }),
    () => {
      reserved.locked = false;
      reserved.targetId = reserved.dropletId;
    },
  );
}

/** Also moves it away from a Droplet that it is on. */
export function assign(state: State, reserved: ReservedIp, droplet: Droplet): Action {
  checkAssignable(state, reserved.region, droplet);
  return beginMove(state, reserved, "assign_ip", droplet);
}

export function checkAssignable(state: State, region: Region, droplet: Droplet): void {
  if (droplet.region !== region)
    throw unprocessable("The reserved IP and the Droplet must be in the same region.");
  if (droplet.locked) throw pendingEvent();
  if ([...state.reservedIps.values()].some((other) => other.targetId === droplet.id))
    throw unprocessable("The Droplet is already assigned a reserved IP.");
}

export function unassign(state: State, reserved: ReservedIp): Action {
  if (reserved.dropletId === null) throw unprocessable("The reserved IP is not assigned to a Droplet.");
  return beginMove(state, reserved, "unassign_ip", null);
}

export function reservedIpView(state: State, reserved: ReservedIp) {
  const droplet = reserved.dropletId === null ? undefined : state.droplets.get(reserved.dropletId);
  return {
    ip: reserved.ip,
    droplet: droplet ? dropletView(state, droplet) : null,
    region: regionView(reserved.region),
    locked: reserved.locked,
    project_id: mainProject(state).id,
  };
}
