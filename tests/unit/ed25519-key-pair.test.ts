import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "@jest/globals";
import { ed25519KeyPair } from "../../components/ed25519-key-pair.ts";

const scratch = mkdtempSync(join(tmpdir(), "openclaw-host-key-"));
afterAll(() => rmSync(scratch, { recursive: true }));

// RFC 8032, section 7.1, test 1
const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
const point = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

it("has the public point that RFC 8032 computes of its seed", () => {
  const { publicKey } = ed25519KeyPair(seed);
  const [type, blob = ""] = publicKey.split(" ");
  expect(type).toBe("ssh-ed25519");
  expect(Buffer.from(blob, "base64").subarray(-32).toString("hex")).toBe(point);
});

it("is read by OpenSSH, which sees the same pair", () => {
  const { privateKey, publicKey } = ed25519KeyPair(seed);
  const file = join(scratch, "key");
  writeFileSync(file, privateKey, { mode: 0o600 });
  expect(execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).trim()).toBe(publicKey);
});

it("is the same text for the same seed, in this and any later release", () => {
  const { privateKey } = ed25519KeyPair(seed);
  expect(createHash("sha256").update(privateKey).digest("hex")).toBe(
    "8e310429d76cb6a28646a554c6f7d4dddaa2fec92836527c4aa0186fcc76830a",
  );
  expect(ed25519KeyPair(Buffer.alloc(32)).privateKey).not.toBe(privateKey);
});
