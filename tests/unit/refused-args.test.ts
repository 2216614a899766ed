import { describe, expect, it } from "@jest/globals";
import { output } from "@pulumi/pulumi";
import { makeAuthority } from "./authority.ts";
import { problemsOf } from "./problems.ts";
import { line, privateKey, publicKey } from "./ssh-keys.ts";

const key = publicKey("ed25519");
const { root } = makeAuthority("a private authority");
const admin = { publicKey: key, cidrs: ["203.0.113.5/32"] };
const model = { provider: "openai", id: "gpt-oss-120b", apiKey: "sk-0123456789" };

describe("what is wrong is named by its path, with the cure", () => {
  // Each is the only thing wrong with its args: one line must come of it, with the path, the problem and the cure.
  it.each<[string, object, RegExp]>([
    ["one vCPU", { size: "s-1vcpu-2gb" }, /^size: .*1 vCPU and 2 GiB.*such as "s-2vcpu-4gb"/],
    ["2 GiB", { size: "s-2vcpu-2gb-90gb-intel" }, /^size: .*2 vCPU and 2 GiB/],
    ["half a GiB", { size: "s-1vcpu-512mb-10gb" }, /^size: .*1 vCPU and 0.5 GiB/],
    ["a size from nowhere", { size: "large" }, /^size: "large" is not a Droplet size.*Take one such as/],
    ["a GPU", { size: "gpu-h100x1-80gb" }, /^size: .*cannot|^size: .*is not a Droplet size whose/],
    ["a number as size", { size: 4 }, /^size: must be a text/],
    ["nothing as size", { size: " " }, /^size: is empty.*leave it out/],
    ["a region's name", { region: "Frankfurt" }, /^region: "Frankfurt".*such as "fra1"/],
    ["a region in capitals", { region: "FRA1" }, /^region: .*Write "fra1"/],
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
    [
      "an unknown provider",
      { model: { ...model, provider: "opennai" } },
      /^model.provider: .*Did you mean "openai"/,
    ],
    ["custom without endpoint", { model: { ...model, provider: "custom" } }, /^model.baseUrl: is missing/],
    ["no model's name", { model: { provider: "openai" } }, /^model.id: is missing/],
    [
      "an endpoint in clear text",
      { model: { ...model, baseUrl: "http://llm.example.com/v1" } },
      /^model.baseUrl: .*clear text.*Use https/,
    ],
    [
      "a password in the endpoint",
      { model: { ...model, baseUrl: "https://u:hunter2@llm.example.com" } },
      /^model.baseUrl: holds a user name or password/,
    ],
    [
      "an API key with a line end",
      { model: { ...model, apiKey: "sk-0123456789\n" } },
      /^model.apiKey: is not a key.*Copy it again/,
    ],
    ["an agent's name", { agents: { "My agent": {} } }, /^agents.My agent: .*Use 1 to 32 lower-case/],
    ["an agent without anything", { agents: { a: null } }, /^agents.a: must be an object/],
    ["a typo in an agent", { agents: { a: { limit: {} } } }, /^agents.a.limit: .*mean "limits"/],
    [
      "an agent's odd model",
      { agents: { a: { model: { ...model, id: "a b" } } } },
      /^agents.a.model.id: "a b"/,
    ],
    ["another network", { agents: { a: { network: "host" } } }, /^agents.a.network: "host".*Use "none", or/],
    [
      "a list as network",
      { agents: { a: { network: ["x.example"] } } },
      /^agents.a.network: must be an object/,
    ],
    ["no host", { agents: { a: { network: { hosts: [] } } } }, /^agents.a.network.hosts: is empty.*"none"/],
    [
      "an address as host",
      { agents: { research: { network: { hosts: ["x.example", "10.0.0.1"] } } } },
      /^agents.research.network.hosts\[1\]: "10.0.0.1" is an address.*give its name/,
    ],
    [
      "a wildcard as host",
      { agents: { a: { network: { hosts: ["*.x.example"] } } } },
      /^agents.a.network.hosts\[0\]: .*wildcard/,
    ],
    [
      "a host's port",
      { agents: { a: { network: { hosts: ["x.example:8443"] } } } },
      /^agents.a.network.hosts\[0\]: .*ports 443 and 80/,
    ],
    [
      "a misspelt tool",
      { agents: { a: { tools: { deny: ["exce"] } } } },
      /^agents.a.tools.deny\[0\]: .*"exec"\?/,
    ],
    [
      "a tool that works in the gateway",
      { agents: { a: { tools: { allow: ["web_fetch"] } } } },
      /^agents.a.tools.allow\[0\]: "web_fetch".*outside of the container/,
    ],
    ["no tool at all", { agents: { a: { tools: { allow: [] } } } }, /^agents.a.tools.allow: is empty/],
    [
      "memory as text",
      { agents: { a: { limits: { memory: "1g" } } } },
      /^agents.a.limits.memory: must be a num/,
    ],
    ["little memory", { agents: { a: { limits: { memory: 32 } } } }, /^agents.a.limits.memory: 32 .*from 64/],
    ["no CPU", { agents: { a: { limits: { cpus: 0 } } } }, /^agents.a.limits.cpus: 0 .*from 0.1/],
    [
      "a bomb",
      { agents: { a: { limits: { processes: 5000 } } } },
      /^agents.a.limits.processes: 5000 .*to 1024/,
    ],
    ["a tag with a space", { tags: ["ok", "not ok"] }, /^tags\[1\]: "not ok".*Use 1 to 255/],
    ["a VPC by name", { vpcUuid: "default-fra1" }, /^vpcUuid: .*doctl vpcs list/],
    ["backups by word", { backups: "yes" }, /^backups: must be true or false/],
    ["a Volume by its size", { volume: 25 }, /^volume: must be an object/],
    ["half a GiB", { volume: { gigabytes: 0.5 } }, /^volume.gigabytes: .*whole number.*from 1 to 16384/],
    ["a Volume larger than any", { volume: { gigabytes: 16385 } }, /^volume.gigabytes: .*from 1 to 16384/],
    [
      "a size by word",
      { volume: { gigabytes: "25" } },
      /^volume.gigabytes: must be a number.*without quotes/,
    ],
    ["protection by word", { volume: { protect: "yes" } }, /^volume.protect: must be true or false/],
    [
      "protection that comes later",
      { volume: { protect: output(true) } },
      /^volume.protect: cannot be an Output.*Write true or false/,
    ],
    ["a typo", { regoin: "fra1" }, /^regoin: is not a property. Did you mean "region"\?/],
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
  ])("%s", (_, args, problem) => {
    const problems = problemsOf(args);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it("a name that cannot begin a host name", () => {
    expect(problemsOf({}, "my gateway")).toEqual([expect.stringMatching(/^name: .*Use 1 to 40 letters/)]);
  });

  it("all of it at once", () => {
    const problems = problemsOf({
      regoin: "fra1",
      size: "s-1vcpu-1gb",
      domain: "claw",
      admin: { publicKey: privateKey(), cidrs: ["0.0.0.0/0", "x"] },
      acme: { caRoot: "x" },
      model: { provider: "custom", id: "m" },
      agents: { a: { network: { hosts: ["x"] }, limits: { cpus: 0 } }, B: {} },
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "size",
      "admin.publicKey",
      "admin.cidrs[0]",
      "admin.cidrs[1]",
      "domain",
      "acme.caRoot",
      "acme.directory",
      "model.baseUrl",
      "agents.B",
      "agents.a.limits.cpus",
      "agents.a.network.hosts[0]",
      "regoin",
    ]);
  });

  it("without repeating a secret", () => {
    const secrets = { pem: privateKey(), password: "hunter2hunter2", apiKey: "sk with spaces" };
    const words = problemsOf({
      admin: { ...admin, publicKey: secrets.pem },
      model: {
        provider: "custom",
        id: "m",
        apiKey: secrets.apiKey,
        baseUrl: `https://u:${secrets.password}@x.example`,
      },
      agents: { a: { model: { provider: "openai", id: "m", apiKey: secrets.apiKey } } },
    }).join("\n");
    expect(words).toContain("admin.publicKey");
    expect(words).toContain("model.apiKey");
    expect(words).toContain("agents.a.model.apiKey");
    expect(words).toContain("model.baseUrl");
    expect(words).not.toContain(secrets.pem.split("\n")[1]);
    expect(words).not.toContain(secrets.password);
    expect(words).not.toContain(secrets.apiKey);
  });
});
