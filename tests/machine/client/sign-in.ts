/** OpenClaw's handshake, protocol 4 (its docs: gateway/protocol/handshake and gateway/protocol/auth). */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { gateway } from "../gateway.ts";
import { type Place, places } from "./connect.ts";
import { type Close, WebSocketClient } from "./websocket.ts";

export interface SignIn {
  readonly from?: Place;
  /** The gateway's, or a paired device's own token; absent: the gateway's right one. */
  readonly key?: string;
  /** Absent: the gateway's own; null: no such header. */
  readonly origin?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** A client without one may connect, but may do nothing. */
  readonly device?: Device;
}

/** What the gateway answered. `code` is "" when it let the client in. */
export interface Answer {
  readonly code: string;
  readonly scopes: readonly string[];
  /** Close code of a refused connection. */
  readonly closed?: number;
  /** By which the administrator approves a device that must be paired first. */
  readonly requestId?: string | undefined;
  /** A paired device's own, which is as good as the gateway's key. */
  readonly token?: string | undefined;
  /** The release of OpenClaw that answers. */
  readonly version?: string | undefined;
  readonly client: WebSocketClient;
}

interface Frame {
  readonly ok?: boolean;
  readonly payload?: {
    readonly nonce?: string;
    readonly ts?: number;
    readonly auth?: { readonly scopes: readonly string[]; readonly deviceToken?: string };
    readonly server?: { readonly version: string };
  };
  readonly error?: {
    readonly message: string;
    readonly details?: { readonly code?: string; readonly requestId?: string };
  };
}

const role = "operator";
const scopes = ["operator.admin", "operator.read", "operator.write"];
const client = { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" };

export async function signIn({ from = places.host, key = gateway.key, ...rest }: SignIn): Promise<Answer> {
  const { origin = gateway.url, headers = {}, device } = rest;
  const socket = await WebSocketClient.open(from, { ...(origin !== null && { origin }), ...headers });
  const challenge = await next(socket);
  const { nonce = "", ts = 0 } = challenge.payload ?? {};
  const params = { minProtocol: 4, maxProtocol: 4, client, role, scopes, caps: [], auth: { token: key } };
  const identity = device && { device: device.prove(key, nonce, ts) };
  socket.sendJson({ type: "req", id: "1", method: "connect", params: { ...params, ...identity } });
  const answer = await next(socket);
  if (answer.ok) {
    const { auth, server } = answer.payload ?? {};
    const { scopes = [], deviceToken: token } = auth ?? {};
    return { code: "", scopes, token, version: server?.version, client: socket };
  }
  const code = answer.error?.details?.code ?? answer.error?.message ?? "no reason";
  const { closed } = (await socket.nextJson<Frame>()) as Close;
  socket.close();
  return { code, scopes: [], closed, requestId: answer.error?.details?.requestId, client: socket };
}

async function next(socket: WebSocketClient): Promise<Frame> {
  const frame = await socket.nextJson<Frame>();
  if ("closed" in frame) throw new Error(`closed with ${frame.closed} ${frame.reason}`);
  return frame;
}

/** A client's own key pair, whose fingerprint is its name. */
export class Device {
  readonly id: string;
  readonly #keys = generateKeyPairSync("ed25519");
  readonly #publicKey: Buffer;

  constructor() {
    this.#publicKey = this.#keys.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    this.id = createHash("sha256").update(this.#publicKey).digest("hex");
  }

  /** Signs the gateway's challenge (payload v3). */
  prove(key: string, nonce: string, signedAt: number) {
    const said = ["v3", this.id, client.id, client.mode, role, scopes.join(","), signedAt, key, nonce];
    const signature = sign(
      null,
      Buffer.from([...said, client.platform, ""].join("|")),
      this.#keys.privateKey,
    );
    return {
      id: this.id,
      publicKey: this.#publicKey.toString("base64url"),
      signature: signature.toString("base64url"),
      signedAt,
      nonce,
    };
  }
}
