/** Just enough of a WebSocket client (RFC 6455) to choose every header, which Node's own does not allow. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { Socket } from "node:net";
import { gateway } from "../gateway.ts";
import type { Place } from "./connect.ts";
import { secureConnection } from "./http.ts";

const opcode = { text: 1, close: 8, ping: 9 };

export interface Close {
  readonly closed: number;
  readonly reason: string;
}

export class WebSocketClient {
  readonly socket: Socket;
  readonly #bytes: AsyncIterator<Buffer>;
  #buffer: Buffer;

  /** Rejects when the answer to the upgrade is not 101. */
  static async open(from: Place, headers: Readonly<Record<string, string>>): Promise<WebSocketClient> {
    const secure = await secureConnection(from);
    const upgrade = {
      host: gateway.address,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
    };
    const call = request({ path: "/", headers: { ...upgrade, ...headers }, createConnection: () => secure });
    call.once("response", ({ statusCode }: IncomingMessage) =>
      call.destroy(new Error(`the upgrade was answered ${statusCode}`)),
    );
    call.end();
    const [, socket, head] = (await once(call, "upgrade")) as [IncomingMessage, Socket, Buffer];
    return new WebSocketClient(socket, head);
  }

  private constructor(socket: Socket, head: Buffer) {
    this.socket = socket;
    this.#bytes = socket[Symbol.asyncIterator]();
    this.#buffer = head;
  }

  sendJson(message: object): void {
    const payload = Buffer.from(JSON.stringify(message));
    const mask = randomBytes(4);
    const header = Buffer.from([0x80 | opcode.text, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
    for (const [i, byte] of payload.entries()) payload[i] = byte ^ (mask[i % 4] ?? 0);
    this.socket.write(Buffer.concat([header, mask, payload]));
  }

  /** The next message, or how the server closed. */
  async nextJson<T>(): Promise<T | Close> {
    for (;;) {
      const [first = 0, second = 0] = await this.#take(2);
      const length = await this.#length(second);
      const payload = await this.#take(length);
      if ((first & 0x0f) === opcode.text) return JSON.parse(payload.toString()) as T;
      if ((first & 0x0f) === opcode.close)
        return { closed: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
    }
  }

  close(): void {
    this.socket.destroy();
  }

  async #length(second: number): Promise<number> {
    if (second < 126) return second;
    if (second === 126) return (await this.#take(2)).readUInt16BE(0);
    return Number((await this.#take(8)).readBigUInt64BE(0));
  }

  async #take(count: number): Promise<Buffer> {
    while (this.#buffer.length < count) {
      const { value, done } = await this.#bytes.next();
      if (done) throw new Error("the connection ended without a close frame");
      this.#buffer = Buffer.concat([this.#buffer, value]);
    }
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }
}
