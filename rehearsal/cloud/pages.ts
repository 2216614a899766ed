import { type Call, ok, type Reply } from "./router.ts";

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 200;

/** One page of a list, with DigitalOcean's `links` and `meta`, under the list's own key. */
export function paged<T>(call: Call, key: string, all: Iterable<T>, view: (item: T) => unknown): Reply {
  const items = [...all];
  const perPage = Math.min(wholeNumber(call, "per_page", DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const page = wholeNumber(call, "page", 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(to));
    query.set("per_page", String(perPage));
    return `${call.origin}${call.path}?${query}`;
  };
  const pages = {
    ...(page > 1 && { first: link(1), prev: link(page - 1) }),
    ...(page < last && { next: link(page + 1), last: link(last) }),
  };
  return ok({
    [key]: items.slice((page - 1) * perPage, page * perPage).map(view),
    links: last > 1 ? { pages } : {},
    meta: { total: items.length },
  });
}

function wholeNumber(call: Call, name: string, fallback: number): number {
  const value = Number(call.query.get(name));
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
