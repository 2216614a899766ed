import { describe, it } from "@jest/globals";
import { makeAuthority } from "./authority.ts";
import { expectOneProblem } from "./problems.ts";
import { privateKey } from "./ssh-keys.ts";

const { root } = makeAuthority("a private authority");

describe("what is wrong with domain or acme is named by its path, with the cure", () => {
  it.each<[string, object, RegExp]>([
    [
      "a URL as domain",
      { domain: "https://claw.example.com" },
      /^domain: .*has a scheme.*such as "claw.example.com"/,
    ],
    ["an address as domain", { domain: "198.51.100.7" }, /^domain: .*is an address. Leave domain out/],
    ["an address of IPv6", { domain: "[2001:db8::1]" }, /^domain: .*is an address/],
    ["a port", { domain: "claw.example.com:8443" }, /^domain: .*has a port/],
    ["a path", { domain: "claw.example.com/chat" }, /^domain: .*more than a host name/],
    ["one label", { domain: "claw" }, /^domain: .*has no dot/],
    ["an underscore", { domain: "my_claw.example.com" }, /^domain: .*underscore/],
    ["a wildcard", { domain: "*.example.com" }, /^domain: .*wildcard/],
    ["a dot at the end", { domain: "claw.example.com." }, /^domain: .*ends with a dot/],
    ["a hyphen at the edge", { domain: "claw-.example.com" }, /^domain: .*not a host name/],
    ["umlauts", { domain: "käfer.example.com" }, /^domain: .*Write "xn--kfer-loa.example.com"/],
    ["a number at the end", { domain: "claw.example.7" }, /^domain: .*ends with a number/],
    [
      "a name as e-mail",
      { acme: { email: "Anna <a@example.com>" } },
      /^acme.email: .*such as "you@example.com"/,
    ],
    [
      "http to the authority",
      { acme: { directory: "http://acme.example.com/dir" } },
      /^acme.directory: .*https URL/,
    ],
    [
      "a directory without scheme",
      { acme: { directory: "acme.example.com" } },
      /^acme.directory: .*not a URL/,
    ],
    ["a root without directory", { acme: { caRoot: root } }, /^acme.directory: is missing.*caRoot/],
    [
      "a path as root",
      { acme: { directory: "https://a.example/d", caRoot: "/etc/ca.pem" } },
      /^acme.caRoot: .*not its path/,
    ],
    [
      "a damaged root",
      { acme: { directory: "https://a.example/d", caRoot: root.replace("MII", "MIX") } },
      /^acme.caRoot: .*damaged/,
    ],
    [
      "an authority's private key",
      { acme: { directory: "https://a.example/d", caRoot: root + privateKey() } },
      /^acme.caRoot: holds a private key/,
    ],
  ])("%s", (_, args, problem) => expectOneProblem(args, problem));
});
