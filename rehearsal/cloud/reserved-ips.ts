import { actionLink, actionView, listActions, showAction } from "./actions.ts";
import type { Droplet } from "./droplet.ts";
import { notFound, reason, unprocessable } from "./errors.ts";
import { paged } from "./pages.ts";
import { adopt, disown } from "./project-resources.ts";
import { openRegion, type Region } from "./regions.ts";
import { assign, checkAssignable, type ReservedIp, reservedIpView, unassign } from "./reserved-ip.ts";
import { accepted, type Call, created, del, get, noContent, ok, post, type Route } from "./router.ts";
import type { State } from "./state.ts";
import { reservedIpTurn } from "./turns.ts";

function known(state: State, call: Call): ReservedIp {
  const reserved = state.reservedIps.get(call.param("ip"));
  if (!reserved) throw notFound();
  return reserved;
}

function namedDroplet(state: State, call: Call): Droplet {
  const droplet = state.droplets.get(call.body.integer("droplet_id") ?? 0);
  if (!droplet) throw unprocessable("The Droplet was not found.");
  return droplet;
}

function allocate(state: State, region: Region): ReservedIp {
  let ip: string;
  try {
    ip = state.world.allocateReservedIp();
  } catch (error) {
    throw unprocessable(`No reserved IP is available: ${reason(error)}`);
  }
  const reserved: ReservedIp = { ip, region, dropletId: null, targetId: null, locked: false };
  state.reservedIps.set(ip, reserved);
  adopt(state, `do:reservedip:${ip}`);
  return reserved;
}

function create(state: State, call: Call) {
  if (!call.body.has("droplet_id")) {
    const region = openRegion(call.body.requiredText("region"), "Region is not available");
    return accepted({ reserved_ip: reservedIpView(state, allocate(state, region)), links: {} });
  }
  const droplet = namedDroplet(state, call);
  checkAssignable(state, droplet.region, droplet);
  const reserved = allocate(state, droplet.region);
  const action = assign(state, reserved, droplet);
  const href = `${call.origin}/v2/droplets/${droplet.id}`;
  return accepted({
    reserved_ip: reservedIpView(state, reserved),
    links: {
      droplets: [{ id: droplet.id, rel: "droplet", href }],
      actions: [actionLink(action, "assign_ip", call)],
    },
  });
}

function act(state: State, call: Call) {
  const reserved = known(state, call);
  const type = call.body.requiredText("type");
  if (type === "unassign") return created({ action: actionView(unassign(state, reserved)) });
  if (type !== "assign") throw unprocessable("type must be assign or unassign.");
  return created({ action: actionView(assign(state, reserved, namedDroplet(state, call))) });
}

async function release(state: State, call: Call) {
  const { ip, locked } = known(state, call);
  if (locked) throw unprocessable("The reserved IP has a pending event.");
  state.reservedIps.delete(ip);
  disown(state, `do:reservedip:${ip}`);
  await state.turns.take([reservedIpTurn(ip)], async () => {
    await state.world.mapReservedIp(ip, null);
    state.world.releaseReservedIp(ip);
  });
  return noContent;
}

export const reservedIpRoutes = (state: State): readonly Route[] => [
  get("/v2/reserved_ips", (call) =>
    paged(call, "reserved_ips", state.reservedIps.values(), (reserved) => reservedIpView(state, reserved)),
  ),
  post("/v2/reserved_ips", (call) => create(state, call)),
  get("/v2/reserved_ips/:ip", (call) => ok({ reserved_ip: reservedIpView(state, known(state, call)) })),
  del("/v2/reserved_ips/:ip", (call) => release(state, call)),
  get("/v2/reserved_ips/:ip/actions", (call) =>
    listActions(state, call, "reserved_ip", known(state, call).ip),
  ),
  post("/v2/reserved_ips/:ip/actions", (call) => act(state, call)),
  get("/v2/reserved_ips/:ip/actions/:action", (call) =>
    showAction(state, call, "reserved_ip", known(state, call).ip),
  ),
];
