import type { Fields } from "./fields.ts";

export interface Call {
  /** A part of the path by its name in the route's pattern. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  readonly path: string;
  /** The request's JSON object; empty where none was sent. */
  readonly body: Fields;
  /** Where this API is reached, for links in answers: "http://127.0.0.1:8080". */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: object;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

export interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handle: Handler;
}

const on =
  (method: string) =>
  (path: string, handle: Handler): Route => ({
    method,
    segments: path.split("/"),
    handle,
  });
export const get = on("GET");
export const post = on("POST");
export const put = on("PUT");
export const patch = on("PATCH");
export const del = on("DELETE");

export const ok = (body: object): Reply => ({ status: 200, body });
export const created = (body: object): Reply => ({ status: 201, body });
export const accepted = (body: object): Reply => ({ status: 202, body });
export const noContent: Reply = { status: 204 };

/** The first route that fits, and the named parts of the path; a literal part must be listed before a named one. */
export function match(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: ReadonlyMap<string, string> } | undefined {
  const parts = path.split("/");
  for (const route of routes) {
    if (route.method !== method || route.segments.length !== parts.length) continue;
    const params = new Map<string, string>();
    const fits = route.segments.every((segment, index) => {
      const part = parts[index] ?? "";
      if (!segment.startsWith(":")) return segment === part;
      params.set(segment.slice(1), part);
      return part !== "";
    });
    if (fits) return { route, params };
  }
  return undefined;
}
