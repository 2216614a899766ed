import { randomUUID } from "node:crypto";
import { conflict, notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { type Firewall, firewallView } from "./firewall.ts";
import { checkMembers, type FirewallRule, readRules } from "./firewall-rules.ts";
import { now } from "./ids.ts";
import { applyFirewalls } from "./packet-rules.ts";
import { paged } from "./pages.ts";
import { accepted, type Call, del, get, noContent, ok, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";
import { findTag } from "./tags.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9.-]*$/;
const MAX_DROPLETS = 10;
const MAX_TAGS = 5;

function known(state: State, call: Call): Firewall {
  const firewall = state.firewalls.get(call.param("firewall"));
  if (!firewall) throw notFound();
  return firewall;
}

/** The tags of those names, as they were first written; all must exist. */
function tagSet(state: State, names: readonly string[]): Set<string> {
  checkMembers(state, names, []);
  if (names.length > MAX_TAGS) throw unprocessable(`A firewall may have at most ${MAX_TAGS} tags.`);
  return new Set(names.flatMap((name) => findTag(state, name) ?? []));
}

function dropletSet(state: State, ids: readonly number[]): Set<number> {
  checkMembers(state, [], ids);
  if (ids.length > MAX_DROPLETS)
    throw unprocessable(`A firewall may have at most ${MAX_DROPLETS} Droplets by id; use a tag.`);
  return new Set(ids);
}

/** Everything of a firewall that a create and a full update give. */
function content(state: State, body: Fields, self?: Firewall) {
  const name = body.requiredText("name");
  if (!NAME.test(name))
    throw unprocessable("Name must start with a letter or a number and have letters, numbers, . and - only.");
  if ([...state.firewalls.values()].some((other) => other.name === name && other !== self))
    throw conflict("duplicate name");
  const inbound = readRules(state, body, "inbound");
  const outbound = readRules(state, body, "outbound");
  if (inbound.length + outbound.length === 0)
    throw unprocessable("A firewall must have at least one inbound or outbound rule.");
  return {
    name,
    inbound,
    outbound,
    dropletIds: dropletSet(state, body.integers("droplet_ids")),
    tags: tagSet(state, body.texts("tags")),
  };
}

/** Whether two rules are the same but for the order of their peers. */
function same(a: FirewallRule, b: FirewallRule): boolean {
  const key = ({ protocol, ports, peers }: FirewallRule) =>
    JSON.stringify([protocol, ports?.text, Object.values(peers).map((list) => [...list].sort())]);
  return key(a) === key(b);
}

type Change = (state: State, firewall: Firewall, body: Fields) => void;

const addDroplets: Change = (state, firewall, body) => {
  firewall.dropletIds = dropletSet(state, [
    ...new Set([...firewall.dropletIds, ...body.integers("droplet_ids")]),
  ]);
};
const removeDroplets: Change = (_, firewall, body) => {
  for (const id of body.integers("droplet_ids")) firewall.dropletIds.delete(id);
};
const addTags: Change = (state, firewall, body) => {
  firewall.tags = tagSet(state, [...new Set([...firewall.tags, ...body.texts("tags")])]);
};
const removeTags: Change = (state, firewall, body) => {
  for (const tag of tagSet(state, body.texts("tags"))) firewall.tags.delete(tag);
};
const addRules: Change = (state, firewall, body) => {
  const inbound = readRules(state, body, "inbound");
  const outbound = readRules(state, body, "outbound");
  firewall.inbound = [...firewall.inbound, ...inbound];
  firewall.outbound = [...firewall.outbound, ...outbound];
};
const removeRules: Change = (state, firewall, body) => {
  const inbound = readRules(state, body, "inbound");
  const outbound = readRules(state, body, "outbound");
  firewall.inbound = firewall.inbound.filter((rule) => !inbound.some((gone) => same(rule, gone)));
  firewall.outbound = firewall.outbound.filter((rule) => !outbound.some((gone) => same(rule, gone)));
};

export const firewallRoutes = (state: State): readonly Route[] => {
  // Answers wait until the packets are filtered, since no client waits for a firewall's status.
  const change = (apply: Change) => async (call: Call) => {
    apply(state, known(state, call), call.body);
    await applyFirewalls(state);
    return noContent;
  };
  return [
    get("/v2/firewalls", (call) =>
      paged(call, "firewalls", state.firewalls.values(), (firewall) => firewallView(state, firewall)),
    ),
    post("/v2/firewalls", async (call) => {
      const firewall: Firewall = { id: randomUUID(), createdAt: now(), ...content(state, call.body) };
      state.firewalls.set(firewall.id, firewall);
      await applyFirewalls(state);
      return accepted({ firewall: firewallView(state, firewall) });
    }),
    get("/v2/firewalls/:firewall", (call) => ok({ firewall: firewallView(state, known(state, call)) })),
    put("/v2/firewalls/:firewall", async (call) => {
      const firewall = known(state, call);
      Object.assign(firewall, content(state, call.body, firewall));
      await applyFirewalls(state);
      return ok({ firewall: firewallView(state, firewall) });
    }),
    del("/v2/firewalls/:firewall", async (call) => {
      state.firewalls.delete(known(state, call).id);
      await applyFirewalls(state);
      return noContent;
    }),
    post("/v2/firewalls/:firewall/droplets", change(addDroplets)),
    del("/v2/firewalls/:firewall/droplets", change(removeDroplets)),
    post("/v2/firewalls/:firewall/tags", change(addTags)),
    del("/v2/firewalls/:firewall/tags", change(removeTags)),
    post("/v2/firewalls/:firewall/rules", change(addRules)),
    del("/v2/firewalls/:firewall/rules", change(removeRules)),
  ];
};
