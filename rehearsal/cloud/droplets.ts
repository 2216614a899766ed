import { actionLink, listActions, showAction } from "./actions.ts";
import { type Droplet, dropletView } from "./droplet.ts";
import { actOnDroplet } from "./droplet-actions.ts";
import { createDroplet, destroyDroplet } from "./droplet-life.ts";
import { dropletOrder } from "./droplet-order.ts";
import { notFound, pendingEvent, unprocessable } from "./errors.ts";
import { firewallsOf, firewallView } from "./firewall.ts";
import { paged } from "./pages.ts";
import { accepted, type Call, created, del, get, noContent, ok, post, type Route } from "./router.ts";
import type { State } from "./state.ts";
import { ensureTags, findTag } from "./tags.ts";

function known(state: State, call: Call): Droplet {
  const droplet = state.droplets.get(Number(call.param("droplet")));
  if (!droplet) throw notFound();
  return droplet;
}

function tagged(state: State, call: Call): Droplet[] {
  const name = call.query.get("tag_name");
  if (!name) throw unprocessable("tag_name is required.");
  const tag = findTag(state, name);
  return [...state.droplets.values()].filter((droplet) => tag !== undefined && droplet.tags.has(tag));
}

function list(state: State, call: Call) {
  const name = call.query.get("name");
  const droplets = call.query.has("tag_name") ? tagged(state, call) : [...state.droplets.values()];
  const gpus = call.query.get("type") === "gpus";
  const chosen = droplets.filter((droplet) => !gpus && (!name || droplet.name === name));
  return paged(call, "droplets", chosen, (droplet) => dropletView(state, droplet));
}

function create(state: State, call: Call) {
  const order = dropletOrder(state, call.body);
  const tags = ensureTags(state, call.body.texts("tags"));
  const made = order.names.map((name) => createDroplet(state, order, name, tags));
  const links = { actions: made.map(({ action }) => actionLink(action, "create", call)) };
  const views = made.map(({ droplet }) => dropletView(state, droplet));
  return accepted(call.body.has("names") ? { droplets: views, links } : { droplet: views[0], links });
}

function backupPolicyView({ id, backups, backupPolicy: policy }: Droplet) {
  const { plan = "weekly", weekday = "SUN", hour = 0 } = policy ?? {};
  const kept = { daily: 7, weekly: 28, monthly: 90 }[plan];
  return {
    droplet_id: id,
    backup_enabled: backups,
    ...(backups && {
      backup_policy: { plan, weekday, hour, window_length_hours: 4, retention_period_days: kept },
    }),
    next_backup_window: null,
  };
}

export const dropletRoutes = (state: State): readonly Route[] => [
  get("/v2/droplets", (call) => list(state, call)),
  post("/v2/droplets", (call) => create(state, call)),
  del("/v2/droplets", (call) => {
    const droplets = tagged(state, call);
    if (droplets.some((droplet) => droplet.locked)) throw pendingEvent();
    for (const droplet of droplets) destroyDroplet(state, droplet);
    return noContent;
  }),
  post("/v2/droplets/actions", (call) => {
    const droplets = tagged(state, call);
    return created({ actions: droplets.map((droplet) => actOnDroplet(state, droplet, call.body)) });
  }),
  get("/v2/droplets/:droplet", (call) => ok({ droplet: dropletView(state, known(state, call)) })),
  del("/v2/droplets/:droplet", (call) => {
    destroyDroplet(state, known(state, call));
    return noContent;
  }),
  get("/v2/droplets/:droplet/actions", (call) =>
    listActions(state, call, "droplet", String(known(state, call).id)),
  ),
  post("/v2/droplets/:droplet/actions", (call) =>
    created({ action: actOnDroplet(state, known(state, call), call.body) }),
  ),
  get("/v2/droplets/:droplet/actions/:action", (call) =>
    showAction(state, call, "droplet", String(known(state, call).id)),
  ),
  get("/v2/droplets/:droplet/firewalls", (call) =>
    paged(call, "firewalls", firewallsOf(state, known(state, call)), (firewall) =>
      firewallView(state, firewall),
    ),
  ),
  get("/v2/droplets/:droplet/backups/policy", (call) => ok({ policy: backupPolicyView(known(state, call)) })),
  get("/v2/droplets/:droplet/backups", (call) => {
    known(state, call);
    return paged(call, "backups", [], () => ({}));
  }),
  get("/v2/droplets/:droplet/snapshots", (call) => {
    known(state, call);
    return paged(call, "snapshots", [], () => ({}));
  }),
];
