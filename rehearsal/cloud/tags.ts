import { notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { applyFirewalls } from "./packet-rules.ts";
import { paged } from "./pages.ts";
import { type Call, created, del, get, noContent, ok, post, type Route } from "./router.ts";
import type { State } from "./state.ts";

const NAME = /^[\p{L}\p{N}:_-]{1,255}$/u;

export const findTag = (state: State, name: string) => state.tags.get(name.toLowerCase());

/** The tags of that name, which come to exist where they do not; all names are checked before one is made. */
export function ensureTags(state: State, names: readonly string[]): Set<string> {
  for (const name of names) {
    if (!NAME.test(name))
      throw unprocessable(
        `Tag name ${JSON.stringify(name)} is invalid: it may have letters, numbers, colons, dashes and underscores, at most 255.`,
      );
  }
  return new Set(
    names.map((name) => {
      const tag = findTag(state, name) ?? name;
      state.tags.set(name.toLowerCase(), tag);
      return tag;
    }),
  );
}

function known(state: State, call: Call): string {
  const tag = findTag(state, call.param("tag"));
  if (tag === undefined) throw notFound();
  return tag;
}

interface Tagged {
  readonly tags: Set<string>;
}

function taggedView(state: State, tag: string, call: Call) {
  const count = (things: ReadonlyMap<unknown, Tagged>, uri: (id: unknown) => string) => {
    const ids = [...things].filter(([, thing]) => thing.tags.has(tag)).map(([id]) => id);
    const last = ids.at(-1);
    return { count: ids.length, ...(last !== undefined && { last_tagged_uri: uri(last) }) };
  };
  const droplets = count(state.droplets, (id) => `${call.origin}/v2/droplets/${id}`);
  const volumes = count(state.volumes, (id) => `${call.origin}/v2/volumes/${id}`);
  const none = { count: 0 };
  return {
    name: tag,
    resources: {
      ...droplets,
      ...volumes,
      count: droplets.count + volumes.count,
      droplets,
      images: none,
      volumes,
      volume_snapshots: none,
      databases: none,
    },
  };
}

function resource(state: State, entry: Fields): Tagged {
  const id = entry.requiredText("resource_id");
  const type = entry.requiredText("resource_type");
  const found =
    type === "droplet"
      ? state.droplets.get(Number(id))
      : type === "volume"
        ? state.volumes.get(id)
        : undefined;
  if (!found) throw notFound();
  return found;
}

function resources(state: State, call: Call): readonly Tagged[] {
  const entries = call.body.objects("resources");
  if (entries.length === 0) throw unprocessable("resources is required.");
  return entries.map((entry) => resource(state, entry));
}

export const tagRoutes = (state: State): readonly Route[] => [
  get("/v2/tags", (call) => paged(call, "tags", state.tags.values(), (tag) => taggedView(state, tag, call))),
  post("/v2/tags", (call) => {
    const [tag] = ensureTags(state, [call.body.requiredText("name")]);
    return created({ tag: taggedView(state, tag ?? "", call) });
  }),
  get("/v2/tags/:tag", (call) => ok({ tag: taggedView(state, known(state, call), call) })),
  del("/v2/tags/:tag", async (call) => {
    const tag = known(state, call);
    state.tags.delete(tag.toLowerCase());
    for (const things of [state.droplets, state.volumes, state.firewalls]) {
      for (const thing of things.values()) thing.tags.delete(tag);
    }
    await applyFirewalls(state);
    return noContent;
  }),
  post("/v2/tags/:tag/resources", async (call) => {
    const tag = known(state, call);
    for (const thing of resources(state, call)) thing.tags.add(tag);
    await applyFirewalls(state);
    return noContent;
  }),
  del("/v2/tags/:tag/resources", async (call) => {
    const tag = known(state, call);
    for (const thing of resources(state, call)) thing.tags.delete(tag);
    await applyFirewalls(state);
    return noContent;
  }),
];
