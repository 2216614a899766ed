import { createPrivateKey, createPublicKey } from "node:crypto";

export interface SshKeyPair {
  /** The private half, in OpenSSH's own format (its PROTOCOL.key), not encrypted. */
  readonly privateKey: string;
  /** The public half, as in a .pub file without a comment: `ssh-ed25519 AAAA...`. */
  readonly publicKey: string;
}

const type = "ssh-ed25519";

/** The ed25519 key pair of a seed of 32 bytes (RFC 8032): the same text for the same seed, always. */
export function ed25519KeyPair(seed: Buffer): SshKeyPair {
  // A PKCS #8 key (RFC 8410) is these bytes, then the seed.
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const point = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const publicBlob = fields(type, point);
  // The two equal numbers prove a decryption; here nothing is encrypted, and random ones would differ each time.
  const checked = Buffer.concat([Buffer.alloc(8), fields(type, point, Buffer.concat([seed, point]), "")]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, -checked.length & 7);
  const privateBlob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    fields("none", "none", ""),
    Buffer.from([0, 0, 0, 1]),
    fields(publicBlob, Buffer.concat([checked, padding])),
  ]);
  const lines = privateBlob.toString("base64").match(/.{1,70}/g) ?? [];
  return {
    privateKey: [
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      ...lines,
      "-----END OPENSSH PRIVATE KEY-----",
      "",
    ].join("\n"),
    publicKey: `${type} ${publicBlob.toString("base64")}`,
  };
}

/** Each with its length before it (RFC 4251). */
function fields(...values: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(value.length);
      return [length, Buffer.from(value)];
    }),
  );
}
