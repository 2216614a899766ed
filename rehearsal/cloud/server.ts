import { randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { ApiError, badRequest, notFound, reason, unauthorized } from "./errors.ts";
import { Fields } from "./fields.ts";
import { match, type Reply, type Route } from "./router.ts";

export interface ServerOptions {
  readonly routes: readonly Route[];
  /** The one Bearer token that is let in; absent: any. */
  readonly token?: string;
  /** Asked before a request is served; what it returns is answered instead. For tests of clients. */
  readonly fault?: (request: { readonly method: string; readonly path: string }) => ApiError | undefined;
  /** Told of a request that could not be served for a reason of this side's. */
  readonly onError: (what: string, error: unknown) => void;
}

const HOURLY_LIMIT = 5000;
const HOUR = 3600;

export function apiServer(options: ServerOptions): Server {
  const limits = hourlyLimits();
  return createServer((request, response) => {
    const id = randomUUID();
    const headers = { ...limits(), "x-request-id": id, "content-type": "application/json; charset=utf-8" };
    serve(options, request)
      .catch((error: unknown) => failure(options, request, id, error))
      .then(({ status, body, headers: more }: Reply & { headers?: Readonly<Record<string, string>> }) => {
        // Headers of an error come last: a fault may be about the rate limit.
        for (const [name, value] of Object.entries({ ...headers, ...more })) response.setHeader(name, value);
        send(request, response, status, body);
      });
  });
}

async function serve(options: ServerOptions, request: IncomingMessage): Promise<Reply> {
  const origin = `http://${request.headers.host}`;
  const { pathname, searchParams: query } = new URL(request.url ?? "/", origin);
  const path = decoded(pathname);
  const method = request.method ?? "GET";
  authenticate(request, options.token);
  const body = await readBody(request);
  const fault = options.fault?.({ method, path });
  if (fault) throw fault;
  const found = match(options.routes, method, path);
  if (!found) throw notFound();
  const param = (name: string) => found.params.get(name) ?? "";
  return found.route.handle({ param, query, path, body, origin });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest("The path is not valid percent-encoding.");
  }
}

function authenticate(request: IncomingMessage, token: string | undefined): void {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (given === undefined) throw unauthorized();
  if (token === undefined) return;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw unauthorized();
}

async function readBody(request: IncomingMessage): Promise<Fields> {
  const length = Number(request.headers["content-length"] ?? 0);
  if (length === 0 && request.headers["transfer-encoding"] === undefined) return new Fields({});
  let value: unknown;
  try {
    value = await json(request);
  } catch {
    throw badRequest("The request body is not valid JSON.");
  }
  return new Fields(value ?? {});
}

function failure(options: ServerOptions, request: IncomingMessage, requestId: string, error: unknown) {
  if (!(error instanceof ApiError)) options.onError(`${request.method} ${request.url}`, error);
  const { status, id, message, headers } =
    error instanceof ApiError ? error : new ApiError(500, "server_error", reason(error));
  return { status, headers, body: { id, message, request_id: requestId } };
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body?: object): void {
  response.statusCode = status;
  if (body === undefined) response.removeHeader("content-type");
  response.end(body && JSON.stringify(body));
  request.resume();
}

/** DigitalOcean's rate-limit headers; counted, never enforced. */
function hourlyLimits(): () => Record<string, string> {
  let used = 0;
  let reset = 0;
  return () => {
    const second = Math.floor(Date.now() / 1000);
    if (second >= reset) [used, reset] = [0, second + HOUR];
    used += 1;
    return {
      "ratelimit-limit": String(HOURLY_LIMIT),
      "ratelimit-remaining": String(Math.max(0, HOURLY_LIMIT - used)),
      "ratelimit-reset": String(reset),
    };
  };
}
