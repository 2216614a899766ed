import { generateKeyPairSync, type JsonWebKey } from "node:crypto";

/** A public key in the form of a .pub file, made on the spot. */
export function publicKey(kind: "ed25519" | "ecdsa" | { readonly rsaBits: number }): string {
  if (kind === "ed25519") {
    const { x } = jwk(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }));
    return line("ssh-ed25519", [fromBase64Url(x)]);
  }
  if (kind === "ecdsa") {
    const { x, y } = jwk(
      generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }),
    );
    const point = Buffer.concat([Buffer.of(4), fromBase64Url(x), fromBase64Url(y)]);
    return line("ecdsa-sha2-nistp256", [Buffer.from("nistp256"), point]);
  }
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: kind.rsaBits });
  const { e, n } = jwk(publicKey.export({ format: "jwk" }));
  // An SSH number is signed: a zero byte keeps the modulus positive.
  return line("ssh-rsa", [fromBase64Url(e), Buffer.concat([Buffer.of(0), fromBase64Url(n)])]);
}

/** What `ssh-keygen` writes beside the .pub file. */
export function privateKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}

/** A .pub line of these parts, whatever they mean. */
export function line(type: string, parts: readonly Buffer[], inside = type): string {
  const packed = [Buffer.from(inside), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `${type} ${Buffer.concat(packed).toString("base64")} anna@laptop`;
}

function jwk(key: JsonWebKey): Record<string, string> {
  return key as Record<string, string>;
}

function fromBase64Url(text = ""): Buffer {
  return Buffer.from(text, "base64url");
}
