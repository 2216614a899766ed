import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Cloud, startCloud } from "../../rehearsal/cloud/cloud.ts";
import { ApiError } from "../../rehearsal/cloud/errors.ts";
import { PaperWorld } from "./paper-world.ts";

/**
 * What the official Pulumi provider sent to a stub of the API, and what it accepted as answers (facts of
 * November 2026, provider 4.76.0). Each request is sent again; the answer must have the recorded status and
 * every recorded key with a value of the same type.
 */
interface Recorded {
  readonly phase: string;
  readonly method: string;
  readonly path: string;
  readonly body: object | null;
  readonly status: number;
  readonly response: object | null;
}
const log: readonly Recorded[] = readFileSync(new URL("official-provider.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const phase = (...names: string[]) => log.filter((request) => names.includes(request.phase));

/** The recordings are of several runs of one program; what later runs call their resources, by the first run's ids. */
const runs = [
  { name: "create and destroy", requests: phase("clean-destroy"), aliases: {} },
  {
    name: "destroy with graceful shutdown",
    requests: phase("solo-destroy-graceful"),
    aliases: {
      "47346524-1da6-4cf9-8356-c0fceaeec864": "f4c54a5a-8c02-4caa-92d4-01da989d420d",
      500000016: "500000001",
    },
  },
  {
    name: "updates, replacements and faults",
    requests: phase(
      "others",
      "replace-gw-explicit-name",
      "replace-auto-named",
      "fault-429",
      "fault-503x2",
      "fault-422-create",
    ),
    aliases: {
      "c23c4952-fa4c-4e39-8d0a-f05c11c27d1d": "d16700eb-3a1b-426b-8e32-dfc1569ca829",
      "5faaf922-f34f-4e21-9d88-89a74a995256": "23a1ec13-6601-4fa3-898e-b05e7235a409",
      "9c678452-9525-41f7-a370-b96545b1265d": "1ce96918-faf1-4ee1-9533-3045fc775d0c",
      "a25d711f-3132-4c7c-8e11-fbd0ac5f1137": "7d73c2be-14cf-4a72-9236-e8113df4dd41",
      "9e157aee-9972-4ab5-b408-3301b7794784": "f4c54a5a-8c02-4caa-92d4-01da989d420d",
      "5a1b42f3-9e0a-4f57-b4e6-0bdfa1e8616e": "be6c22c6-db0e-4c65-b5c3-93635a443c07",
      "8c83c33a-4eba-4211-9516-078931c5a2ce": "89bbfd8e-50c9-45c2-8479-80c867a467cf",
      500000001: "500000003",
      500000002: "500000001",
      500000004: "500000006",
      500000007: "500000005",
    },
  },
  {
    name: "rename, tags, size, backups and IPv6 in place",
    requests: phase("rename+tags", "size", "backups-off", "ipv6-on"),
    aliases: {},
  },
] as const satisfies readonly { name: string; requests: readonly Recorded[]; aliases: object }[];

const faults = new Map([
  [429, new ApiError(429, "too_many_requests", "API Rate limit exceeded.", { "retry-after": "1" })],
  [503, new ApiError(503, "service_unavailable", "Service unavailable.")],
]);

/** Ids are replaced wherever they stand: in paths, bodies and URNs. */
function translate(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replace(
    /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{8,9}\b|\b([0-9a-f]{2}:){15}[0-9a-f]{2}\b|\b198\.51\.100\.\d+\b/g,
    (id) => ids.get(id) ?? id,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Learns which live id stands for which recorded one. */
function learn(recorded: unknown, live: unknown, ids: Map<string, string>): void {
  if (!isObject(recorded) || !isObject(live)) return;
  for (const [key, value] of Object.entries(recorded)) {
    if (["id", "uuid", "ip", "fingerprint", "vpc_uuid"].includes(key))
      ids.set(String(value), String(live[key]));
    else learn(value, live[key], ids);
  }
}

/** Every difference in shape: a recorded key that is absent or of another type. */
function differences(recorded: unknown, live: unknown, path: string): string[] {
  if (recorded === null) return live === undefined ? [`${path} is absent`] : [];
  if (Array.isArray(recorded)) {
    if (!Array.isArray(live)) return [`${path} is no list`];
    const [sample] = recorded;
    if (sample === undefined) return [];
    // The stub went on listing a Volume on the Droplet that it had been detached from.
    if (live.length === 0) return path.endsWith(".volume_ids") ? [] : [`${path} is empty`];
    const alike = live.length === recorded.length;
    return live.flatMap((item, index) =>
      differences(alike ? recorded[index] : sample, item, `${path}[${index}]`),
    );
  }
  if (isObject(recorded)) {
    if (!isObject(live)) return [`${path} is no object`];
    // The stub's own bookkeeping, which it let slip into its answers.
    const keys = Object.keys(recorded).filter((key) => key !== "_res");
    return keys.flatMap((key) => differences(recorded[key], live[key], `${path}.${key}`));
  }
  return typeof live === typeof recorded ? [] : [`${path} is ${typeof live}, not ${typeof recorded}`];
}

/** Where a client waits for a state, so does the replay: the recorded end of a wait must come about. */
function stateOf(response: unknown): string | undefined {
  if (!isObject(response)) return undefined;
  const { droplet, action } = response;
  if (isObject(droplet)) return `${droplet.status} ${droplet.locked}`;
  return isObject(action) ? String(action.status) : undefined;
}

/** What was asked for must be told back as it was, or the provider would change it again and again. */
function echoes(path: string, body: unknown, live: unknown): string[] {
  const [resource] = isObject(live) ? Object.values(live) : [];
  if (path.includes("actions") || !isObject(body) || !isObject(resource)) return [];
  return Object.entries(body).flatMap(([key, sent]) => {
    const got = resource[key];
    const scalar = typeof sent === "string" || typeof sent === "number" || typeof sent === "boolean";
    if (!scalar || got === undefined || isObject(got)) return [];
    const expected = key === "data" && typeof sent === "string" ? sent.replace(/\.$/, "") : sent;
    return got === expected
      ? []
      : [`${key} was ${JSON.stringify(sent)} and came back ${JSON.stringify(got)}`];
  });
}

async function replay(cloud: Cloud, request: Recorded, ids: Map<string, string>): Promise<string[]> {
  const body = JSON.parse(translate(JSON.stringify(request.body), ids));
  const send = async () => {
    const answer = await fetch(cloud.url + translate(request.path, ids), {
      method: request.method,
      headers: { authorization: "Bearer any", "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
  };
  const wanted = stateOf(request.response);
  const settled = ({ status, body }: { status: number; body: unknown }) =>
    request.method !== "GET" ||
    (status === request.status &&
      (stateOf(body) === wanted || wanted === "in-progress" || wanted === "new true"));
  let answer = await send();
  for (let tries = 0; tries < 100 && !settled(answer); tries += 1) {
    await sleep(10);
    answer = await send();
  }
  learn(request.response, answer.body, ids);
  const at = `${request.method} ${request.path}`;
  if (answer.status !== request.status)
    return [`${at}: ${answer.status} ${JSON.stringify(answer.body)}, not ${request.status}`];
  return [
    ...(settled(answer) ? [] : [`never came to be ${wanted}: ${stateOf(answer.body)}`]),
    ...differences(request.response, answer.body, "answer"),
    ...(request.status < 400 ? echoes(request.path, body, answer.body) : []),
  ].map((difference) => `${at}: ${difference}`);
}

describe.each(runs)("official provider: $name", ({ requests, aliases }) => {
  let cloud: Cloud;
  const ids = new Map<string, string>();
  let fault: ApiError | undefined;

  beforeAll(async () => {
    cloud = await startCloud({ world: new PaperWorld(), fault: () => fault });
    const images = await fetch(`${cloud.url}/v2/images/debian-13-x64`, {
      headers: { authorization: "Bearer any" },
    });
    const { image } = (await images.json()) as { image: { id: number } };
    const project = await fetch(`${cloud.url}/v2/projects/default`, {
      headers: { authorization: "Bearer any" },
    });
    learn({ project: { id: "11111111-aaaa-4bbb-8ccc-000000000001" } }, await project.json(), ids);
    const failed: string[] = [];
    for (const request of phase("clean-up")) failed.push(...(await replay(cloud, request, ids)));
    for (const [theirs, first] of Object.entries(aliases).map(([theirs, first]) => [theirs, ids.get(first)]))
      ids.set(String(theirs), String(first));
    ids.set("12345678", String(image.id));
    expect(failed).toEqual([]);
  });
  afterAll(() => cloud.close());

  it.each(
    requests.map((request, index) => ({ at: index, title: `${request.method} ${request.path}`, request })),
  )("$at $title", async ({ request }) => {
    fault = faults.get(request.status);
    expect(await replay(cloud, request, ids)).toEqual([]);
  });
});
