import { createHash } from "node:crypto";
import { notFound, unprocessable } from "./errors.ts";
import { paged } from "./pages.ts";
import { created, del, get, noContent, ok, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";

export interface SshKey {
  readonly id: number;
  readonly publicKey: string;
  /** MD5 of the key's bytes, as DigitalOcean writes it. */
  readonly fingerprint: string;
  name: string;
}

const PUBLIC_KEY =
  /^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) (?<key>[A-Za-z0-9+/]{16,}={0,2})( .*)?$/;

function fingerprint(publicKey: string): string {
  const key = PUBLIC_KEY.exec(publicKey.trim())?.groups?.key;
  if (!key) throw unprocessable("Key is invalid; it should be of the format `ssh-rsa AAAA...`");
  const digest = createHash("md5").update(Buffer.from(key, "base64")).digest("hex");
  return digest.replace(/(..)(?=.)/g, "$1:");
}

/** By id, as a number or its digits, or by fingerprint. */
export const findSshKey = (state: State, key: string | number) =>
  state.sshKeys.get(Number(key)) ?? [...state.sshKeys.values()].find((known) => known.fingerprint === key);

function known(state: State, key: string): SshKey {
  const found = findSshKey(state, key);
  if (!found) throw notFound();
  return found;
}

const sshKeyView = (key: SshKey) => ({
  id: key.id,
  fingerprint: key.fingerprint,
  public_key: key.publicKey,
  name: key.name,
});

export const sshKeyRoutes = (state: State): readonly Route[] => [
  get("/v2/account/keys", (call) => paged(call, "ssh_keys", state.sshKeys.values(), sshKeyView)),
  post("/v2/account/keys", (call) => {
    const name = call.body.requiredText("name");
    const publicKey = call.body.requiredText("public_key");
    const print = fingerprint(publicKey);
    if (findSshKey(state, print)) throw unprocessable("SSH Key is already in use on your account");
    const key: SshKey = { id: state.nextKeyId(), fingerprint: print, publicKey, name };
    state.sshKeys.set(key.id, key);
    return created({ ssh_key: sshKeyView(key) });
  }),
  get("/v2/account/keys/:key", (call) => ok({ ssh_key: sshKeyView(known(state, call.param("key"))) })),
  put("/v2/account/keys/:key", (call) => {
    const key = known(state, call.param("key"));
    key.name = call.body.requiredText("name");
    return ok({ ssh_key: sshKeyView(key) });
  }),
  del("/v2/account/keys/:key", (call) => {
    state.sshKeys.delete(known(state, call.param("key")).id);
    return noContent;
  }),
];
