import { randomUUID } from "node:crypto";
import { actionView, listActions, showAction } from "./actions.ts";
import { conflict, notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { now } from "./ids.ts";
import { paged } from "./pages.ts";
import { adopt, disown } from "./project-resources.ts";
import { openRegion } from "./regions.ts";
import { accepted, type Call, created, del, get, noContent, ok, post, type Route } from "./router.ts";
import type { State } from "./state.ts";
import { ensureTags } from "./tags.ts";
import { volumeTurn } from "./turns.ts";
import { attach, detach, grow, MAX_GIGABYTES, type Volume, volumeView } from "./volume.ts";

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const LABEL_LENGTH = { ext4: 16, xfs: 12 };

function known(state: State, call: Call): Volume {
  const volume = state.volumes.get(call.param("volume"));
  if (!volume) throw notFound();
  return volume;
}

/** Those that the query's name and region choose. */
function chosen(state: State, call: Call): Volume[] {
  const name = call.query.get("name");
  const region = call.query.get("region");
  return [...state.volumes.values()].filter(
    (volume) => (!name || volume.name === name) && (!region || volume.region.slug === region),
  );
}

function filesystem(body: Fields): Pick<Volume, "filesystem" | "label"> {
  const type = body.text("filesystem_type") ?? "";
  const label = body.text("filesystem_label") ?? "";
  if (type === "") return { filesystem: null, label: "" };
  if (type !== "ext4" && type !== "xfs") throw unprocessable("filesystem_type must be ext4 or xfs.");
  if (label.length > LABEL_LENGTH[type])
    throw unprocessable(`filesystem_label may have at most ${LABEL_LENGTH[type]} characters for ${type}.`);
  return { filesystem: type, label };
}

function ordered(state: State, body: Fields): Volume {
  const name = body.requiredText("name");
  if (!NAME.test(name))
    throw unprocessable(
      "Volume name must start with a lower-case letter and have lower-case letters, numbers and hyphens, at most 64.",
    );
  const gigabytes = body.integer("size_gigabytes");
  if (gigabytes === undefined || gigabytes < 1 || gigabytes > MAX_GIGABYTES)
    throw unprocessable(`size_gigabytes must be between 1 and ${MAX_GIGABYTES}.`);
  if (body.text("snapshot_id")) throw unprocessable("The snapshot was not found.");
  const region = openRegion(body.requiredText("region"), "Region is not available");
  if ([...state.volumes.values()].some((other) => other.name === name && other.region === region))
    throw conflict("already exists");
  return {
    id: randomUUID(),
    createdAt: now(),
    name,
    description: body.text("description") ?? "",
    region,
    gigabytes,
    ...filesystem(body),
    tags: ensureTags(state, body.texts("tags")),
    dropletId: null,
    locked: false,
  };
}

async function create(state: State, call: Call) {
  const volume = ordered(state, call.body);
  // Its name is taken from here on; a second create of it must not slip in while the disk is made.
  state.volumes.set(volume.id, volume);
  try {
    await state.turns.take([volumeTurn(volume.id)], () => state.world.createVolume(volume));
  } catch (error) {
    state.volumes.delete(volume.id);
    throw error;
  }
  adopt(state, `do:volume:${volume.id}`);
  return created({ volume: volumeView(volume) });
}

async function remove(state: State, volume: Volume) {
  if (volume.dropletId !== null || volume.locked)
    throw conflict(
      "A volume that's attached to a Droplet cannot be deleted. Please detach it first before deleting.",
    );
  volume.locked = true;
  try {
    await state.turns.take([volumeTurn(volume.id)], () => state.world.destroyVolume(volume.id));
  } finally {
    volume.locked = false;
  }
  state.volumes.delete(volume.id);
  disown(state, `do:volume:${volume.id}`);
  return noContent;
}

function act(state: State, call: Call, volume: Volume) {
  const { body } = call;
  const type = body.requiredText("type");
  if (type === "resize")
    return accepted({ action: actionView(grow(state, volume, body.integer("size_gigabytes") ?? 0)) });
  const droplet = state.droplets.get(body.integer("droplet_id") ?? 0);
  if (type === "detach") return accepted({ action: actionView(detach(state, volume, droplet)) });
  if (type !== "attach") throw unprocessable("type must be attach, detach or resize.");
  if (!droplet) throw unprocessable("The Droplet was not found.");
  const action = attach(state, volume, droplet);
  for (const tag of ensureTags(state, body.texts("tags"))) volume.tags.add(tag);
  return accepted({ action: actionView(action) });
}

function actByName(state: State, call: Call) {
  const name = call.body.requiredText("volume_name");
  const region = call.body.text("region");
  const volume = [...state.volumes.values()].find(
    (candidate) => candidate.name === name && (!region || candidate.region.slug === region),
  );
  if (!volume) throw notFound();
  return act(state, call, volume);
}

export const volumeRoutes = (state: State): readonly Route[] => [
  get("/v2/volumes", (call) => paged(call, "volumes", chosen(state, call), volumeView)),
  post("/v2/volumes", (call) => create(state, call)),
  del("/v2/volumes", (call) => {
    const [volume] = call.query.has("name") ? chosen(state, call) : [];
    if (!volume) throw notFound();
    return remove(state, volume);
  }),
  post("/v2/volumes/actions", (call) => actByName(state, call)),
  get("/v2/volumes/:volume", (call) => ok({ volume: volumeView(known(state, call)) })),
  del("/v2/volumes/:volume", (call) => remove(state, known(state, call))),
  get("/v2/volumes/:volume/actions", (call) => listActions(state, call, "volume", known(state, call).id)),
  post("/v2/volumes/:volume/actions", (call) => act(state, call, known(state, call))),
  get("/v2/volumes/:volume/actions/:action", (call) =>
    showAction(state, call, "volume", known(state, call).id),
  ),
  get("/v2/volumes/:volume/snapshots", (call) => {
    known(state, call);
    return paged(call, "snapshots", [], () => ({}));
  }),
];
