/** Connections that are held and not used, more of them than there is room for. All wait beside each other. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll } from "@jest/globals";
import { connect, places } from "../../machine/client/connect.ts";
import { request, secureConnection } from "../../machine/client/http.ts";
import { signIn } from "../../machine/client/sign-in.ts";
import { gateway } from "../../machine/gateway.ts";
import { type Attack, attacks, type Outcome } from "../attack.ts";
import { pairedDevice } from "../client/paired.ts";
import { message, statuses } from "../client/raw.ts";

const from = places.slow;

/** After how many seconds the server ended it; undefined when it is still open after so many. */
async function endOf(socket: Socket, seconds: number): Promise<number | undefined> {
  const start = performance.now();
  socket.resume().on("error", () => {});
  const patience = new AbortController();
  // not by `once`, which fails where a byte is sent just after the end
  const ended = new Promise<number>((resolve) => {
    for (const event of ["end", "close"]) socket.on(event, () => resolve((performance.now() - start) / 1000));
  });
  const still = sleep(seconds * 1000, undefined, { signal: patience.signal }).catch(() => undefined);
  const after = await Promise.race([ended, still]);
  patience.abort();
  socket.destroy();
  return after;
}

/** Succeeds when the server lets it be. */
const held = (tries: string, open: () => Promise<Socket>, limit: number): Attack => ({
  tries,
  attempt: memo(async () => {
    const after = await endOf(await open(), limit + 8);
    return after === undefined
      ? { succeeded: true, answer: "still open" }
      : { succeeded: after > limit + 5, answer: `closed after ${after.toFixed(0)} s` };
  }),
  refused: /^closed after \d+ s$/,
});

const started: (() => Promise<Outcome>)[] = [];

/** Begins before the first group, to wait while the others work. */
function memo(attempt: () => Promise<Outcome>): () => Promise<Outcome> {
  let outcome: Promise<Outcome> | undefined;
  const once = () => {
    outcome ??= attempt();
    return outcome;
  };
  started.push(once);
  return once;
}

beforeAll(() => {
  for (const attempt of started) attempt().catch(() => {});
});

async function sending(bytes: string): Promise<Socket> {
  const socket = await secureConnection(from);
  socket.write(bytes);
  return socket;
}

/** A byte of a header every second is no excuse. */
async function dripping(): Promise<Socket> {
  const socket = await sending(`GET / HTTP/1.1\r\nHost: ${gateway.address}\r\nX-Slow: `);
  const drip = setInterval(() => socket.write("x"), 1000);
  socket.on("close", () => clearInterval(drip));
  return socket;
}

const upgrade = message([
  "GET / HTTP/1.1",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  `Origin: ${gateway.url}`,
]);

/** How long another client waits for an answer. */
async function waitOfOthers(): Promise<number> {
  const start = performance.now();
  const { status } = await request({ from: places.bystander, path: "/healthz" });
  return status === 200 ? (performance.now() - start) / 1000 : Number.POSITIVE_INFINITY;
}

async function crowd(
  open: () => Promise<Socket>,
  size: number,
): Promise<{ sockets: Socket[]; wait: number }> {
  const tries = await Promise.allSettled(Array.from({ length: size }, open));
  const sockets = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { sockets, wait: await waitOfOthers() };
}

const halfHeaders: Attack = {
  tries: "hold 200 connections with half a header (slowloris), so that nobody else gets an answer",
  attempt: memo(async () => {
    const { sockets, wait } = await crowd(() => sending("GET / HTTP/1.1\r\nX-A"), 200);
    const ends = await Promise.all(sockets.map((socket) => endOf(socket, 20)));
    return {
      succeeded: wait > 5 || ends.includes(undefined),
      answer: `${sockets.length} held; another client waited ${wait.toFixed(1)} s; all closed after ${Math.max(...ends.map((end) => end ?? Number.POSITIVE_INFINITY)).toFixed(0)} s`,
    };
  }),
  refused: /all closed after \d+ s$/,
};

const sockets: Attack = {
  tries: "hold 80 WebSockets without signing in, so that nobody else can",
  attempt: memo(async () => {
    const open = async () => {
      const socket = await secureConnection(places.crowd);
      socket.write(upgrade);
      const [answer] = (await once(socket, "data")) as [Buffer];
      if (statuses(answer.toString("latin1")) !== "101") throw new Error(answer.toString("latin1"));
      return socket;
    };
    const { sockets, wait } = await crowd(open, 80);
    const { code, client } = await signIn({ from: places.bystander });
    client.close();
    for (const socket of sockets) socket.destroy();
    return {
      succeeded: sockets.length === 80 || wait > 5 || code !== "",
      answer: `${sockets.length} opened; another client waited ${wait.toFixed(1)} s and signed in`,
    };
  }),
  refused: /^[1-6]\d opened; .* and signed in$/,
};

attacks({
  who: "from the Internet",
  wants: "to be slow",
  rows: [
    halfHeaders,
    sockets,
    held("say nothing, not even hello", () => connect(from, 443), 10),
    held("send a header byte by byte", dripping, 10),
    held(
      "send a body that never comes",
      () => sending(message(["GET /x HTTP/1.1", "Content-Length: 1000"])),
      30,
    ),
    {
      ...held("open a WebSocket and never sign in", () => sending(upgrade), 15),
      control: {
        as: "with a device that was approved",
        attempt: async () => {
          const { code, client } = await signIn({ device: await pairedDevice() });
          const after = await endOf(client.socket, 17);
          return { succeeded: code === "" && after === undefined, answer: `${after}` };
        },
      },
    },
  ],
});
