/** HTTP/2 frames byte by byte (RFC 9113), since clients refuse to send wrong ones. */
import type { Place } from "../../machine/client/connect.ts";
import { exchange } from "./raw.ts";

const type = { data: 0, headers: 1, reset: 3, settings: 4, goaway: 7, continuation: 9 };
const flag = { endStream: 1, endHeaders: 4 };

export function frame(
  kind: keyof typeof type,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type[kind];
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** An HPACK string that is not compressed (RFC 7541). */
function string(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  const more: number[] = [];
  let rest = bytes.length - 127;
  if (rest < 0) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  for (; rest >= 128; rest = Math.floor(rest / 128)) more.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([127, ...more, rest]), bytes]);
}

export const fields = (headers: readonly (readonly [string, string])[]) =>
  Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), string(name), string(value)]));

export const preface = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  frame("settings", 0, 0),
]);

/** One request on stream 1. */
export const request = (headers: readonly (readonly [string, string])[], body = "") =>
  Buffer.concat([
    preface,
    frame("headers", flag.endHeaders + (body === "" ? flag.endStream : 0), 1, fields(headers)),
    ...(body === "" ? [] : [frame("data", flag.endStream, 1, Buffer.from(body, "latin1"))]),
  ]);

/** What the server sent as data, and how it ended: "reset N" of a stream, "goaway N" of the connection. */
export async function exchange2(from: Place, bytes: Buffer, silence?: number): Promise<string> {
  const options = { ALPNProtocols: ["h2"], ...(silence !== undefined && { silence }) };
  let rest = await exchange(from, bytes, options);
  const said: string[] = [];
  for (; rest.length >= 9; rest = rest.subarray(9 + rest.readUIntBE(0, 3))) {
    const payload = rest.subarray(9, 9 + rest.readUIntBE(0, 3));
    if (rest[3] === type.data && payload.length > 0) said.push(payload.toString());
    if (rest[3] === type.headers) said.push(`headers ${status(payload)}`);
    if (rest[3] === type.reset) said.push(`reset ${payload.readUInt32BE(0)}`);
    if (rest[3] === type.goaway) said.push(`goaway ${payload.readUInt32BE(4)}`);
  }
  return said.join("\n");
}

/** `:status` comes first: by its number in HPACK's table, or as a literal. */
function status(block: Buffer): string {
  const known = ["200", "204", "206", "304", "400", "404", "500"];
  const start = (block[0] ?? 0) >> 5 === 1 ? 1 : 0; // a change of the table's size
  const first = block[start] ?? 0;
  if (first >= 0x88 && first <= 0x8e) return known[first - 0x88] ?? "";
  const value = block.subarray(start + 2, start + 2 + ((block[start + 1] ?? 0) & 0x7f));
  return (block[start + 1] ?? 0) & 0x80 ? huffmanDigits(value) : value.toString();
}

/** HPACK's code has 5 bits for 0, 1, 2 and 6 for the other digits. */
function huffmanDigits(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  let text = "";
  for (let at = 0; at < bits.length; ) {
    const five = Number.parseInt(bits.slice(at, at + 5), 2);
    const six = Number.parseInt(bits.slice(at, at + 6), 2);
    if (bits.length - at < 5) break;
    if (five < 3) [text, at] = [text + five, at + 5];
    else if (six >= 25 && six <= 31) [text, at] = [text + (six - 22), at + 6];
    else break;
  }
  return text;
}
