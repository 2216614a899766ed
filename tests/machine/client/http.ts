import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { gateway } from "../gateway.ts";
import { connect, type Place, places } from "./connect.ts";

/** A TLS connection to the gateway that trusts the rehearsal's root and nothing else; without SNI, as for any IP. */
export async function secureConnection(from: Place, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = await connect(from, 443);
  return await new Promise((resolve, reject) => {
    const secure = connectTls({ socket, host: gateway.address, ca: gateway.ca, ...options }, () => {
      secure.off("error", reject);
      resolve(secure);
    });
    secure.once("error", reject);
  });
}

export interface Request {
  readonly from?: Place;
  readonly method?: string;
  /** Sent as it is, byte for byte. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly scheme?: "http" | "https";
}

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own. */
export async function request({ from = places.host, scheme = "https", ...rest }: Request): Promise<Response> {
  const socket = scheme === "https" ? await secureConnection(from) : await connect(from, 80);
  const { method = "GET", path = "/", headers = {}, body } = rest;
  const send = scheme === "https" ? secureRequest : plainRequest;
  const options = { method, path, headers: { host: gateway.address, ...headers } };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ ...options, createConnection: () => socket }, resolve)
      .on("error", reject)
      .end(body);
  });
  const response = {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: await text(answer),
  };
  socket.destroy();
  return response;
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
