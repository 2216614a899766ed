import { setTimeout as sleep } from "node:timers/promises";

type Json = Readonly<Record<string, unknown>>;

/** What DigitalOcean answered, when it was not a success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(method: string, url: string, status: number, message: string) {
    super(`${method} ${url}: ${status} ${message}`);
    this.status = status;
  }
}

/** DigitalOcean's HTTP API, v2. */
export class Api {
  readonly #endpoint: string;
  readonly #token: string;
  readonly #signal: AbortSignal;
  readonly #pause: number;

  /** `pause`: milliseconds between two polls, and before the first repetition of a request. */
  constructor(endpoint: string, token: string, signal: AbortSignal, pause = 1000) {
    this.#endpoint = endpoint.replace(/\/$/, "");
    this.#token = token;
    this.#signal = signal;
    this.#pause = pause;
  }

  get = (path: string) => this.#request("GET", path);
  post = (path: string, body: Json) => this.#request("POST", path, body);
  put = (path: string, body: Json) => this.#request("PUT", path, body);
  delete = (path: string, body?: Json) => this.#request("DELETE", path, body);

  /** The same as `get`, or null when there is nothing at that path. */
  async find(path: string): Promise<Json | null> {
    return this.get(path).catch(ifGone);
  }

  /** Gets a path again and again until its answer will do. */
  async until(path: string, done: (answer: Json | null) => boolean): Promise<void> {
    while (!done(await this.find(path))) await sleep(this.#pause, undefined, { signal: this.#signal });
  }

  /** Waits for an action that was started, at /v2/actions or below the thing it is about. */
  async action(collection: string, started: Json): Promise<void> {
    const { id } = started.action as { id: number };
    let status = "";
    await this.until(`${collection}/${id}`, (answer) => {
      status = answer ? (answer.action as { status: string }).status : "gone";
      return status !== "in-progress";
    });
    if (status !== "completed") throw new Error(`action ${id} at ${collection}: ${status}`);
  }

  /** Too many requests and errors of the server are repeated, four times at most. */
  async #request(method: string, path: string, body?: Json): Promise<Json> {
    const url = this.#endpoint + path;
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(method, url, body);
      const text = await response.text();
      if (response.ok) return text === "" ? {} : (JSON.parse(text) as Json);
      const repeat = response.status === 429 || response.status >= 500;
      if (!repeat || attempt > 4) throw new ApiError(method, url, response.status, messageOf(text));
      const seconds = Number(response.headers.get("Retry-After"));
      await sleep(seconds > 0 ? seconds * 1000 : this.#pause * 2 ** (attempt - 1), undefined, {
        signal: this.#signal,
      });
    }
  }

  async #send(method: string, url: string, body?: Json): Promise<Response> {
    try {
      return await fetch(url, {
        method,
        headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" },
        body: body && JSON.stringify(body),
        signal: this.#signal,
      });
    } catch (error) {
      const { cause, message } = error as Error;
      throw new Error(`${method} ${url}: ${cause instanceof Error ? cause.message : message}`, {
        cause: error,
      });
    }
  }
}

export function ifGone(error: unknown): null {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as Json).message ?? text);
  } catch {
    return text;
  }
}
