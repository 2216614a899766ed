/** More than fits: the proxy and the gateway say no early, and answer everybody else meanwhile. */
import { randomBytes } from "node:crypto";
import { places } from "../../machine/client/connect.ts";
import { request } from "../../machine/client/http.ts";
import { gateway } from "../../machine/gateway.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { type Attack, attacks } from "../attack.ts";
import { exchange2, fields, frame, preface } from "../client/http2.ts";
import { exchange, message, statuses } from "../client/raw.ts";

const from = places.flooder;

/** Whether the gateway, and its process, are as before. */
const pid = () => outputOf("systemctl show --property MainPID --value openclaw-gateway caddy | tr '\\n' ' '");
const before = pid();
async function survived(answer: string, accepted = false) {
  const { status } = await request({ from: places.bystander, path: "/healthz" });
  const same = (await pid()) === (await before);
  return { succeeded: accepted || status !== 200 || !same, answer };
}

const head = (tries: string, lines: readonly string[], refused: RegExp): Attack => ({
  tries,
  attempt: async () => {
    const answer = statuses((await exchange(from, message(lines))).toString());
    return await survived(answer, answer === "200");
  },
  refused,
});

/** The server's close code for these frames, sent before anybody has signed in. */
const frames = (tries: string, bytes: Buffer, refused: RegExp): Attack => ({
  tries: `${tries} (WebSocket)`,
  attempt: async () => {
    const handshake = message([
      "GET / HTTP/1.1",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      `Origin: ${gateway.url}`,
    ]);
    const answer = await exchange(from, handshake, { silence: 5000, next: bytes });
    const end = answer.lastIndexOf(Buffer.from([0x88]));
    const code = end > 0 ? answer.readUInt16BE(end + 2) : "connection closed";
    return await survived(`${statuses(answer.toString("latin1"))} then ${code}`);
  },
  refused,
});

/** A masked frame (the mask is 0) that says it is so long. */
function wsFrame(first: number, payload: Buffer, length = payload.length, masked = 0x80): Buffer {
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([Buffer.from([first, masked | 127]), long, Buffer.alloc(masked ? 4 : 0), payload]);
}

const flood = (tries: string, bytes: Buffer, refused: RegExp): Attack => ({
  tries: `${tries} (HTTP/2)`,
  attempt: async () =>
    await survived((await exchange2(from, Buffer.concat([preface, bytes]), 3000)).split("\n").at(-1) ?? ""),
  refused,
});

const get = "GET /healthz HTTP/1.1";
const pairs = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", gateway.address],
  [":path", "/healthz"],
] as const;
const rapidReset = Buffer.concat(
  Array.from({ length: 5000 }, (_, n) => [
    frame("headers", 5, 2 * n + 1, fields(pairs)),
    frame("reset", 0, 2 * n + 1, Buffer.from([0, 0, 0, 8])),
  ]).flat(),
);
/** Of these: no more than Go's server works on at once for one connection. */
const mostAnswered = 250;
const manyFields = fields(Array.from({ length: 300 }, (_, n) => [`x-${n}`, "x".repeat(40)] as const));

attacks({
  who: "from the Internet",
  wants: "to be too large",
  rows: [
    {
      ...head("a header of 20 KB", [get, `X-Long: ${"x".repeat(20_000)}`], /^431$/),
      control: {
        as: "of 12 KB",
        attempt: async () => {
          const { status } = await request({ path: "/healthz", headers: { "x-long": "x".repeat(12_000) } });
          return { succeeded: status === 200, answer: `${status}` };
        },
      },
    },
    head("5000 headers", [get, ...Array.from({ length: 5000 }, (_, n) => `X-${n}: x`)], /^431$/),
    head("a path of 30 KB", [`GET /${"x".repeat(30_000)} HTTP/1.1`], /^(414|431)$/),
    head("a body that is said to be 1 TB", ["GET /x HTTP/1.1", "Content-Length: 1000000000000"], /^413$/),
    frames(
      "200 KB before signing in",
      wsFrame(0x81, Buffer.alloc(200_000, "x")),
      /^101 then (1009|connection closed)$/,
    ),
    frames(
      "a message that is said to be 4 GB",
      wsFrame(0x81, Buffer.from("x"), 2 ** 32),
      /^101 then (1009|connection closed)$/,
    ),
    frames(
      "a message in pieces without an end",
      Buffer.concat([
        wsFrame(0x01, Buffer.alloc(60_000, "x")),
        ...Array.from({ length: 20 }, () => wsFrame(0x00, Buffer.alloc(60_000, "x"))),
      ]),
      /^101 then (1009|connection closed)$/,
    ),
    frames(
      "a message without a mask",
      wsFrame(0x81, Buffer.from("{}"), 2, 0),
      /^101 then (1002|connection closed)$/,
    ),
    frames(
      "brackets 30,000 deep",
      wsFrame(0x81, Buffer.from("[".repeat(30_000))),
      /^101 then (10\d\d|connection closed)$/,
    ),
    flood(
      "headers that never end (CONTINUATION)",
      Buffer.concat([
        frame("headers", 0, 1, fields(pairs)),
        ...Array.from({ length: 40 }, () => frame("continuation", 0, 1, manyFields)),
      ]),
      /^(goaway|reset) \d+$|^headers 431/,
    ),
    {
      tries: "5000 requests, each taken back at once (rapid reset) (HTTP/2)",
      attempt: async () => {
        const said = (await exchange2(from, Buffer.concat([preface, rapidReset]), 3000)).split("\n");
        const answered = said.filter((line) => line.startsWith("headers")).length;
        const end = said.findLast((line) => line.startsWith("goaway")) ?? "";
        return await survived(end, answered > mostAnswered);
      },
      refused: /^(goaway \d+)?$/,
    },
    flood(
      "20,000 changes of settings",
      Buffer.concat(Array.from({ length: 20_000 }, () => frame("settings", 0, 0))),
      /^(goaway \d+)?$/,
    ),
  ],
});
