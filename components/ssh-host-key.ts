import { hkdfSync } from "node:crypto";
import { type Output, type Resource, secret, unsecret } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { ed25519KeyPair, type SshKeyPair } from "./ed25519-key-pair.ts";

export interface SshHostKey {
  readonly pair: Output<SshKeyPair>;
  /** The public half, which is not secret. */
  readonly publicKey: Output<string>;
}

/** By what the machine proves to SSH clients that it is the one: made here, so it is known before and stays. */
export function createSshHostKey(name: string, parent: Resource): SshHostKey {
  // Not RandomBytes: its ID, which Pulumi's state keeps in plain text, is the bytes themselves.
  const random = new RandomPassword(`${name}-ssh-host-key`, { length: 48, special: false }, { parent });
  const pair = secret(random.result).apply((text) =>
    ed25519KeyPair(Buffer.from(hkdfSync("sha256", text, "", "openclaw-droplet ssh host key", 32))),
  );
  return { pair, publicKey: unsecret(pair.publicKey) };
}
