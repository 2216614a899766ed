/** Bytes to the gateway that no client library would send. */
import type { ConnectionOptions } from "node:tls";
import type { Place } from "../../machine/client/connect.ts";
import { secureConnection } from "../../machine/client/http.ts";
import { gateway } from "../../machine/gateway.ts";

export interface ExchangeOptions extends ConnectionOptions {
  /** After how many milliseconds without a word from the server it is over; 2000 by default. */
  readonly silence?: number;
  /** Sent when the first of the answer is there: a server that closes on it can no longer take that back. */
  readonly next?: Buffer;
}

/** What came back until the server closed, or said nothing for that long. */
export async function exchange(
  from: Place,
  bytes: string | Buffer,
  { silence = 2000, next, ...options }: ExchangeOptions = {},
): Promise<Buffer> {
  const socket = await secureConnection(from, options);
  const received: Buffer[] = [];
  await new Promise<void>((resolve) => {
    socket.setTimeout(silence, () => socket.destroy());
    socket.on("data", (data: Buffer) => received.push(data));
    if (next !== undefined) socket.once("data", () => socket.write(next));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  });
  return Buffer.concat(received);
}

/** The lines of a request's head, with the Host that the server wants, and what follows it. */
export const message = (lines: readonly string[], body = "") =>
  [lines[0], `Host: ${gateway.address}`, ...lines.slice(1), "", body].join("\r\n");

/** Status codes of all the answers in it. */
export const statuses = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => code).join(" ");
