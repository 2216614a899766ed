import { describe, expect, it } from "@jest/globals";
import * as digitalocean from "@pulumi/digitalocean";
import { resolveArgs } from "../../components/resolve-args.ts";
import { makeAuthority } from "./authority.ts";
import { problemsOf } from "./problems.ts";
import { line, publicKey } from "./ssh-keys.ts";

const key = publicKey("ed25519");
const { root } = makeAuthority("a private authority");
const admin = { publicKey: key, cidrs: ["203.0.113.5/32"] };

describe("what is right is accepted", () => {
  it.each<[string, object]>([
    ["nothing at all", {}],
    ["an ecdsa key", { admin: { ...admin, publicKey: publicKey("ecdsa") } }],
    ["an RSA key of 3072 bits", { admin: { ...admin, publicKey: publicKey({ rsaBits: 3072 }) } }],
    [
      "a security key",
      {
        admin: {
          ...admin,
          publicKey: line("sk-ssh-ed25519@openssh.com", [Buffer.alloc(32), Buffer.from("ssh:")]),
        },
      },
    ],
    [
      "networks of both families",
      { admin: { ...admin, cidrs: ["10.0.0.0/8", "2001:db8::/32", "2001:db8::7/128"] } },
    ],
    [
      "a model at home",
      { model: { provider: "custom", id: "qwen3:32b", baseUrl: "http://10.0.0.5:11434/v1" } },
    ],
    ["agents", { agents: { main: { limits: { memory: 64 } }, "field-work": { network: "none" } } }],
    ["a private authority", { acme: { directory: "https://acme.example:14000/dir", caRoot: root + root } }],
    [
      "a VPC",
      { vpcUuid: "7d73c2be-14cf-4a72-9236-e8113df4dd41", tags: ["env:prod", "Team_A-1"], backups: true },
    ],
    ["a large Volume that stays", { volume: { gigabytes: 16_384, protect: true } }],
  ])("%s", (_, args) => {
    expect(problemsOf(args)).toEqual([]);
  });

  it("in the form in which it is used", () => {
    const resolved = resolveArgs("gw", {
      domain: "Claw.Example.COM",
      admin: { publicKey: `${key}\n`, cidrs: ["2001:DB8:0::/32"] },
      model: { provider: "custom", id: "m", baseUrl: "https://llm.example.com/v1/" },
    });
    expect(resolved).toMatchObject({
      region: "fra1",
      size: "s-2vcpu-4gb",
      backups: false,
      volume: { gigabytes: 10, protect: false },
      tags: [],
      domain: "claw.example.com",
      admin: { publicKey: key, cidrs: ["2001:db8::/32"] },
      model: { baseUrl: "https://llm.example.com/v1" },
    });
  });
});

describe("agents", () => {
  const limits = { memory: 512, cpus: 1, processes: 256 };

  it("main is there where none is named, without a network", () => {
    expect(resolveArgs("gw", {}).agents).toEqual({ main: { limits, network: "none" } });
  });

  it("main is there besides those that are named; their order does not matter", () => {
    const hosts = ["API.example.com"];
    const research = { network: { hosts }, limits: { cpus: 1.5 }, tools: { deny: ["process"] } };
    const { agents } = resolveArgs("gw", { agents: { research, clerk: {} } });
    expect(Object.keys(agents)).toEqual(["clerk", "main", "research"]);
    expect(agents.research).toEqual({
      limits: { ...limits, cpus: 1.5 },
      network: { hosts: ["api.example.com"] },
      tools: { deny: ["process"] },
    });
    const turned = resolveArgs("gw", { agents: { clerk: {}, research } });
    expect(JSON.stringify(turned.agents)).toBe(JSON.stringify(agents));
  });
});

describe("sizes", () => {
  const slugs = Object.values(digitalocean.DropletSlug);
  // The slugs of DigitalOcean's SDK that name both; the slug's own words are the expectation.
  const named = slugs.flatMap((slug) => {
    const [, vcpus, gib] = /-(\d+)vcpu-(\d+)gb/.exec(slug) ?? [];
    return vcpus && gib ? [{ slug, fits: Number(vcpus) >= 2 && Number(gib) >= 4 }] : [];
  });

  it("DigitalOcean's own are judged by the vCPU and memory that they name", () => {
    expect(named.length).toBeGreaterThan(100);
    for (const { slug, fits } of named)
      expect([slug, problemsOf({ size: slug }).length === 0]).toEqual([slug, fits]);
  });

  it.each(["c-2", "c-4", "c-60-intel"])("%s has 2 GiB for each vCPU", (size) => {
    expect(problemsOf({ size })).toEqual([]);
  });
});

describe("regions", () => {
  it.each(Object.values(digitalocean.Region))("%s", (region) => {
    expect(problemsOf({ region })).toEqual([]);
  });
});
