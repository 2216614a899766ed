import { describe, it } from "@jest/globals";
import { expectOneProblem } from "./problems.ts";
import { line, privateKey, publicKey } from "./ssh-keys.ts";

const key = publicKey("ed25519");
const admin = { publicKey: key, cidrs: ["203.0.113.5/32"] };

describe("what is wrong with admin is named by its path, with the cure", () => {
  it.each<[string, object, RegExp]>([
    [
      "the Internet",
      { admin: { ...admin, cidrs: ["0.0.0.0/0"] } },
      /^admin.cidrs\[0\]: .*whole Internet.*Give the networks/,
    ],
    ["the Internet of IPv6", { admin: { ...admin, cidrs: ["::/0"] } }, /^admin.cidrs\[0\]: .*whole Internet/],
    [
      "half the Internet",
      { admin: { ...admin, cidrs: ["0.0.0.0/1"] } },
      /^admin.cidrs\[0\]: .*so wide.*wider than \/8/,
    ],
    ["a wide network", { admin: { ...admin, cidrs: ["12.0.0.0/7"] } }, /^admin.cidrs\[0\]: .*so wide/],
    [
      "a wide network of IPv6",
      { admin: { ...admin, cidrs: ["2000::/3"] } },
      /^admin.cidrs\[0\]: .*so wide.*\/19/,
    ],
    [
      "IPv4 in IPv6",
      { admin: { ...admin, cidrs: ["::ffff:0:0/96"] } },
      /^admin.cidrs\[0\]: .*Write it as IPv4/,
    ],
    [
      "no prefix length",
      { admin: { ...admin, cidrs: ["203.0.113.5"] } },
      /^admin.cidrs\[0\]: .*write "203.0.113.5\/32"/,
    ],
    [
      "a long prefix",
      { admin: { ...admin, cidrs: ["203.0.113.5/33"] } },
      /^admin.cidrs\[0\]: .*from 0 to 32/,
    ],
    [
      "a signed prefix",
      { admin: { ...admin, cidrs: ["203.0.113.5/+8"] } },
      /^admin.cidrs\[0\]: .*from 0 to 32/,
    ],
    [
      "an octal address",
      { admin: { ...admin, cidrs: ["010.0.0.0/8"] } },
      /^admin.cidrs\[0\]: .*not a network/,
    ],
    [
      "a host name",
      { admin: { ...admin, cidrs: ["home.example.com/32"] } },
      /^admin.cidrs\[0\]: .*not a network/,
    ],
    ["two prefixes", { admin: { ...admin, cidrs: ["10.0.0.0/8/8"] } }, /^admin.cidrs\[0\]: .*not a network/],
    [
      "host bits",
      { admin: { ...admin, cidrs: ["203.0.113.5/24"] } },
      /^admin.cidrs\[0\]: .*"203.0.113.0\/24".*"203.0.113.5\/32"/,
    ],
    ["the second of two", { admin: { ...admin, cidrs: ["10.0.0.0/8", "x"] } }, /^admin.cidrs\[1\]: /],
    ["nowhere", { admin: { ...admin, cidrs: [] } }, /^admin.cidrs: is empty.*such as/],
    ["no cidrs", { admin: { publicKey: key } }, /^admin.cidrs: is missing.*such as/],
    [
      "one cidr that is no list",
      { admin: { ...admin, cidrs: "10.0.0.0/8" } },
      /^admin.cidrs: must be a list/,
    ],
    ["no public key", { admin: { cidrs: admin.cidrs } }, /^admin.publicKey: is missing.*\.pub/],
    ["an admin by name", { admin: "anna" }, /^admin: must be an object/],
    [
      "a private key",
      { admin: { ...admin, publicKey: privateKey() } },
      /^admin.publicKey: is a private key.*new pair/,
    ],
    [
      "two keys",
      { admin: { ...admin, publicKey: `${key}\n${key}` } },
      /^admin.publicKey: has more than one line/,
    ],
    [
      "options",
      { admin: { ...admin, publicKey: `no-pty ${key}` } },
      /^admin.publicKey: does not start with a type/,
    ],
    [
      "a DSA key",
      { admin: { ...admin, publicKey: line("ssh-dss", [Buffer.of(1)]) } },
      /^admin.publicKey: does not start with a type/,
    ],
    ["a key cut off", { admin: { ...admin, publicKey: key.slice(0, 50) } }, /^admin.publicKey: .*cut off/],
    [
      "a key of another type",
      { admin: { ...admin, publicKey: line("ssh-ed25519", [Buffer.alloc(32)], "ssh-rsa") } },
      /^admin.publicKey: says that it is ssh-ed25519/,
    ],
    [
      "2048 bits of RSA",
      { admin: { ...admin, publicKey: publicKey({ rsaBits: 2048 }) } },
      /^admin.publicKey: .*2048 bits.*ed25519/,
    ],
    [
      "a typo inside",
      { admin: { ...admin, cidr: [] } },
      /^admin.cidr: is not a property. Did you mean "cidrs"\?/,
    ],
    [
      "something else",
      { admin: { ...admin, shoeSize: 43 } },
      /^admin.shoeSize: is not a property. Remove it; known are cidrs, publicKey\./,
    ],
  ])("%s", (_, args, problem) => expectOneProblem(args, problem));
});
