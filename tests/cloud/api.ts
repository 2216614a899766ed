import { setTimeout as sleep } from "node:timers/promises";
import { afterEach } from "@jest/globals";
import { type Cloud, type CloudOptions, startCloud } from "../../rehearsal/cloud/cloud.ts";
import { PaperWorld } from "./paper-world.ts";

// biome-ignore lint/suspicious/noExplicitAny: the JSON of any answer, asserted on by the tests
type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export interface Api {
  readonly cloud: Cloud;
  readonly world: PaperWorld;
  /** What the cloud said had failed: "droplet 500000001: create". */
  readonly errors: string[];
  readonly send: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Sends and expects success; returns the answer's JSON. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Json>;
  /** Asks again and again until `come` says yes; returns the last answer's JSON. */
  readonly wait: (path: string, come: (body: Json, status: number) => boolean) => Promise<Json>;
  /** Creates a Droplet and waits until it is active; returns its id. */
  readonly droplet: (order?: object) => Promise<number>;
  /** Posts an action and waits for its end; returns the action. */
  readonly act: (path: string, body: object) => Promise<Json>;
}

export const order = {
  name: "gateway",
  region: "fra1",
  size: "s-2vcpu-4gb",
  image: "debian-13-x64",
  ssh_keys: null,
  tags: [],
};

const open = new Set<Cloud>();
// Also after a failed test: a server left open would keep jest from ending.
afterEach(async () => {
  await Promise.all([...open].map((cloud) => cloud.close()));
  open.clear();
});

/** A cloud on paper, and how tests talk to it. */
export async function paperApi(options: Partial<CloudOptions> = {}): Promise<Api> {
  const world = new PaperWorld();
  const errors: string[] = [];
  const onError = (what: string, error: unknown) => {
    errors.push(`${what}: ${error instanceof Error ? error.message : error}`);
  };
  const cloud = await startCloud({ world, onError, ...options });
  open.add(cloud);
  const send: Api["send"] = async (method, path, body) => {
    const answer = await fetch(cloud.url + path, {
      method,
      headers: { authorization: "Bearer any", "content-type": "application/json" },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  };
  const ask: Api["ask"] = async (method, path, body) => {
    const answer = await send(method, path, body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const wait: Api["wait"] = async (path, come) => {
    for (let tries = 0; tries < 200; tries += 1) {
      const { body, status } = await send("GET", path);
      if (come(body, status)) return body;
      await sleep(5);
    }
    throw new Error(`${path} never came to be as awaited`);
  };
  return {
    cloud,
    world,
    errors,
    send,
    ask,
    wait,
    droplet: async (more = {}) => {
      const { droplet } = await ask("POST", "/v2/droplets", { ...order, ...more });
      await wait(`/v2/droplets/${droplet.id}`, (body) => !body.droplet.locked);
      return droplet.id;
    },
    act: async (path, body) => {
      const { action } = await ask("POST", path, body);
      return (await wait(`/v2/actions/${action.id}`, (read) => read.action.status !== "in-progress")).action;
    },
  };
}
