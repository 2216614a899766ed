import { InvalidValue } from "../invalid-args.ts";

const cure = 'Paste the one line of the .pub file, such as "ssh-ed25519 AAAA... anna@laptop".';
const leastRsaBits = 3072;

/** What follows the type inside a key of each type (RFC 4253, 5656, 8709; OpenSSH's PROTOCOL.u2f). */
const fields: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["point"],
  "ssh-rsa": ["exponent", "modulus"],
  "ecdsa-sha2-nistp256": ["curve", "point"],
  "ecdsa-sha2-nistp384": ["curve", "point"],
  "ecdsa-sha2-nistp521": ["curve", "point"],
  "sk-ssh-ed25519@openssh.com": ["point", "application"],
  "sk-ecdsa-sha2-nistp256@openssh.com": ["curve", "point", "application"],
};

/** One authorized_keys line without options. Nothing of what was pasted is echoed: it may be a private key. */
export function parsePublicKey(pasted: string): string {
  if (/PRIVATE KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE/.test(pasted)) {
    throw new InvalidValue(
      `is a private key. ${cure} Consider the private key known to others, since it was written here, and make a new pair.`,
    );
  }
  const line = pasted.trim();
  if (/[^\x20-\x7e\u00a0-\uffff]/.test(line))
    throw new InvalidValue(`has more than one line, or control characters. ${cure}`);
  const [type = "", base64 = ""] = line.split(/ +/);
  const layout = fields[type];
  if (!layout) {
    throw new InvalidValue(
      `does not start with a type of key that is accepted (${Object.keys(fields).join(", ")}). ${cure}`,
    );
  }
  const parts = unpack(base64);
  if (parts?.length !== layout.length + 1 || parts[0]?.toString("latin1") !== type) {
    throw new InvalidValue(
      `says that it is ${type}, but its content is not: it is damaged or cut off. ${cure}`,
    );
  }
  const bits = type === "ssh-rsa" ? bitLength(parts[2]) : leastRsaBits;
  if (bits < leastRsaBits) {
    throw new InvalidValue(
      `is an RSA key of ${bits} bits. Use at least ${leastRsaBits}, or make an ed25519 key: ssh-keygen -t ed25519.`,
    );
  }
  return line;
}

/** The length-prefixed parts of an SSH wire format; undefined when it is not one. */
function unpack(base64: string): Buffer[] | undefined {
  const blob = Buffer.from(base64, "base64");
  if (blob.toString("base64") !== base64) return undefined;
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function bitLength(number: Buffer | undefined): number {
  return BigInt(`0x${number?.toString("hex") || "0"}`).toString(2).length;
}
