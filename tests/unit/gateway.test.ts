import { beforeEach, describe, expect, it, jest } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { OpenClawGatewayArgs } from "../../components/args.ts";
import { OpenClawGateway } from "../../components/open-claw-gateway.ts";
import { gatewayKey, type Made, mockCloud, resolved, Secret, settle, theOne } from "./cloud.ts";
import { publicKey } from "./ssh-keys.ts";

const world = ["0.0.0.0/0", "::/0"];
const admin = { publicKey: publicKey("ed25519"), cidrs: ["203.0.113.5/32"] };

let made: Made[];
const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
beforeEach(async () => {
  warn.mockClear();
  made = await mockCloud();
});

/** Makes a gateway and waits for all of it. */
async function gateway(args: OpenClawGatewayArgs = {}): Promise<OpenClawGateway> {
  const gateway = new OpenClawGateway("gw", args);
  await settle(gateway);
  return gateway;
}

function userData(): string {
  const { userData } = theOne(made, "Droplet").inputs;
  return (userData as Secret).value as string;
}

/** The content of a file that user-data writes. */
function fileOnMachine(path: string): string {
  const { write_files } = parse(userData()) as { write_files: { path: string; content: string }[] };
  return write_files.find((file) => file.path === path)?.content ?? "";
}

function ports(direction: "inboundRules" | "outboundRules"): string[] {
  const rules = theOne(made, "Firewall").inputs[direction] as { protocol: string; portRange?: string }[];
  return rules.map(({ protocol, portRange }) => [protocol, portRange].filter(Boolean).join(" "));
}

describe("children", () => {
  it("are these, each named after the gateway and below it", async () => {
    const urns = await settle(await gateway());
    const prefix = "urn:pulumi:test::openclaw-droplet::openclaw-droplet:index:OpenClawGateway$";
    expect(urns.toSorted()).toEqual(
      [
        "command:local:Command::gw-ready",
        "digitalocean:index/droplet:Droplet::gw-machine",
        "digitalocean:index/firewall:Firewall::gw",
        "digitalocean:index/reservedIp:ReservedIp::gw-address",
        "digitalocean:index/reservedIpAssignment:ReservedIpAssignment::gw-address",
        "digitalocean:index/tag:Tag::gw",
        "digitalocean:index/volume:Volume::gw-volume",
        "random:index/randomPassword:RandomPassword::gw-key",
      ].map((child) => prefix + child),
    );
  });

  it("with an admin also the random text of the machine's host key", async () => {
    await gateway({ admin });
    const { inputs } = theOne(
      made.filter(({ name }) => name === "gw-ssh-host-key"),
      "RandomPassword",
    );
    expect(inputs).toEqual({ length: 48, special: false });
  });

  it("the firewall exists before the machine, and both before the question whether it is ready", async () => {
    await gateway();
    const order = made.map(({ type }) => type.split(":").at(-1));
    expect(order.indexOf("Firewall")).toBeGreaterThan(order.indexOf("Tag"));
    expect(order.indexOf("Droplet")).toBeGreaterThan(order.indexOf("Firewall"));
    expect(order.indexOf("Command")).toBeGreaterThan(order.indexOf("ReservedIpAssignment"));
  });

  it("two gateways share nothing", async () => {
    const [one, two] = [new OpenClawGateway("one"), new OpenClawGateway("two")];
    const urns = (await Promise.all([settle(one), settle(two)])).flat();
    expect(new Set(urns).size).toBe(16);
    const tags = made.filter(({ type }) => type.endsWith(":Firewall")).map(({ inputs }) => inputs.tags);
    expect(tags).toContainEqual(["one-0a1b2c3"]);
    expect(tags).toContainEqual(["two-0a1b2c3"]);
    const names = made.filter(({ type }) => type.endsWith(":Droplet")).map(({ inputs }) => inputs.name);
    expect(names.toSorted()).toEqual(["one-test", "two-test"]);
  });

  it("nothing is made when an argument is wrong", async () => {
    expect(() => new OpenClawGateway("gw", { size: "s-1vcpu-1gb" })).toThrow("too small");
    await pulumi.runtime.disconnect();
    expect(made).toEqual([]);
  });
});

describe("machine", () => {
  it("is Debian 13 with monitoring, closed to DigitalOcean's agent, selected by the firewall's tag", async () => {
    await gateway({ tags: ["env:prod"], backups: true, vpcUuid: "7d73c2be-14cf-4a72-9236-e8113df4dd41" });
    const { userData, ...inputs } = theOne(made, "Droplet").inputs;
    expect(userData).toBeInstanceOf(Secret);
    expect(inputs).toEqual({
      name: "gw-test",
      image: "debian-13-x64",
      region: "fra1",
      size: "s-2vcpu-4gb",
      resizeDisk: false,
      monitoring: true,
      dropletAgent: false,
      ipv6: false,
      backups: true,
      vpcUuid: "7d73c2be-14cf-4a72-9236-e8113df4dd41",
      tags: ["gw-0a1b2c3", "env:prod"],
      gracefulShutdown: true,
      volumeIds: ["id-of-gw-volume"],
    });
    expect(theOne(made, "Firewall").inputs.tags).toEqual(["gw-0a1b2c3"]);
  });

  it("a stack's name becomes part of a host name, and of a Volume's, which the machine looks for", async () => {
    made = await mockCloud({ stack: "Team_A.dev" });
    await gateway();
    expect(theOne(made, "Droplet").inputs.name).toBe("gw-Team-A-dev");
    expect(theOne(made, "Volume").inputs.name).toBe("volume-gw-team-a-dev");
    expect(fileOnMachine("/etc/openclaw/machine.env")).toContain(
      'VOLUME_DEVICE="/dev/disk/by-id/scsi-0DO_Volume_volume-gw-team-a-dev"',
    );
  });

  it("is told its origin, its key and its model in user-data", async () => {
    await gateway({ model: { provider: "gradient", id: "openai-gpt-oss-120b", apiKey: "sk-0123456789" } });
    expect(fileOnMachine("/etc/openclaw/machine.env")).toContain("https://198.51.100.7");
    expect(fileOnMachine("/etc/openclaw/gateway.env")).toContain(gatewayKey);
    expect(fileOnMachine("/etc/openclaw/gateway.env")).toContain("sk-0123456789");
    expect(fileOnMachine("/etc/openclaw/openclaw.json")).toContain("openai-gpt-oss-120b");
  });

  it("is told its domain, and the address all the same is reserved and assigned", async () => {
    await gateway({ domain: "claw.example.com" });
    expect(fileOnMachine("/etc/openclaw/machine.env")).toContain("https://claw.example.com");
    expect(theOne(made, "ReservedIpAssignment").inputs).toEqual({
      ipAddress: "198.51.100.7",
      dropletId: 4711,
    });
  });

  it("is told the admin's key, but not the networks: those change in place", async () => {
    await gateway({ admin });
    expect(userData()).toContain(admin.publicKey);
    expect(userData()).not.toContain("203.0.113.5");
  });

  it("gets an SSH host key that is known beforehand and is the same for every machine", async () => {
    const { sshHostKey } = await gateway({ admin });
    const { ssh_keys: first } = parse(userData()) as { ssh_keys: Record<string, string> };
    expect(first.ed25519_public).toBe(await resolved(sshHostKey));
    made = await mockCloud();
    await gateway({ admin, model: { provider: "openai", id: "m" } });
    const { ssh_keys: second } = parse(userData()) as { ssh_keys: Record<string, string> };
    expect(second).toEqual(first);
  });

  it("gets no host key where nobody signs in", async () => {
    const { sshHostKey } = await gateway();
    expect(await resolved(sshHostKey)).toBeUndefined();
    expect(parse(userData())).not.toHaveProperty("ssh_keys");
  });

  it("is told its agents, each with its own key", async () => {
    await gateway({
      model: { provider: "gradient", id: "m", apiKey: "sk-0123456789" },
      agents: {
        research: {
          model: { provider: "openai", id: "own", apiKey: pulumi.output("sk-9876543210") },
          network: { hosts: [pulumi.output("api.example.com")] },
        },
      },
    });
    expect(fileOnMachine("/etc/openclaw/gateway.env")).toContain(
      'OPENCLAW_MODEL_KEY_RESEARCH="sk-9876543210"',
    );
    expect(fileOnMachine("/etc/squid/agents/research.conf")).toContain("api.example.com");
    const { agents } = JSON.parse(fileOnMachine("/etc/openclaw/openclaw.json"));
    expect(Object.keys(agents.entries)).toEqual(["main", "research"]);
    expect(agents.entries.research.model).toEqual({ primary: "openai-research/own" });
  });

  it("no secret is in anything that is not a secret", async () => {
    await gateway({
      admin,
      model: { provider: "openai", id: "m", apiKey: "sk-0123456789" },
      agents: { research: { model: { provider: "openai", id: "m", apiKey: "sk-9876543210" } } },
    });
    const plain = JSON.stringify(made, (_, value: unknown) => (value instanceof Secret ? "secret" : value));
    expect(plain).toContain("gw-machine");
    expect(plain).not.toContain(gatewayKey);
    expect(plain).not.toContain("sk-0123456789");
    expect(userData()).toContain("OPENSSH PRIVATE KEY");
    expect(plain).not.toContain("OPENSSH PRIVATE KEY");
    expect(plain).not.toContain("sk-9876543210");
  });
});

describe("firewall", () => {
  it("lets in 443 and 80, and packets about packets, from everywhere; not 22", async () => {
    await gateway();
    expect(ports("inboundRules")).toEqual(["tcp 443", "tcp 80", "icmp"]);
    for (const rule of theOne(made, "Firewall").inputs.inboundRules as object[]) {
      expect(rule).toMatchObject({ sourceAddresses: world });
    }
  });

  it("lets in 22 from the admin's networks alone", async () => {
    await gateway({ admin });
    expect(theOne(made, "Firewall").inputs.inboundRules).toContainEqual({
      protocol: "tcp",
      portRange: "22",
      sourceAddresses: ["203.0.113.5/32"],
    });
  });

  it("lets out names, packages, the web and the clock; no mail", async () => {
    await gateway();
    expect(ports("outboundRules")).toEqual(["udp 53", "tcp 53", "tcp 80", "tcp 443", "udp 123", "icmp"]);
  });

  it("lets out to the ports that the args name", async () => {
    await gateway({
      acme: { directory: "https://acme.example:14000/dir" },
      model: { provider: "custom", id: "m", baseUrl: "http://10.0.0.5:11434/v1" },
      agents: { a: { model: { provider: "custom", id: "m", baseUrl: "http://10.0.0.5:11435/v1" } } },
    });
    expect(ports("outboundRules")).toEqual(expect.arrayContaining(["tcp 14000", "tcp 11434", "tcp 11435"]));
  });
});

describe("readiness", () => {
  it("asks the URL after each new machine and each resize, by a script whose text has no path and no key", async () => {
    await gateway({ size: "s-4vcpu-8gb" });
    const { create, ...inputs } = theOne(made, "Command").inputs;
    const probe = (inputs.environment as Record<string, string>).READINESS_PROBE;
    expect(inputs).toEqual({
      interpreter: ["node", "--input-type=module", "--eval"],
      environment: {
        READINESS_PROBE: probe,
        GATEWAY_URL: "https://198.51.100.7",
        GATEWAY_ADDRESS: "198.51.100.7",
        TIMEOUT_SECONDS: "900",
      },
      triggers: ["4711", "s-4vcpu-8gb"],
    });
    expect(probe).toContain("/readyz");
    expect(`${create}${probe}`).not.toContain(process.cwd());
  });
});

describe("outputs", () => {
  it("are these; the key and what contains it are secret, the rest is not", async () => {
    const one = await gateway({ admin, model: { provider: "gradient", id: "m", apiKey: "sk-0123456789" } });
    const { urn: _, ...outputs } = one;
    const seen = Object.entries(outputs).filter(([, value]) => pulumi.Output.isInstance(value));
    const values = await Promise.all(
      seen.map(async ([name, output]: [string, pulumi.Output<unknown>]) => [
        name,
        await resolved(output),
        await pulumi.isSecret(output),
      ]),
    );
    expect(values).toEqual([
      ["url", "https://198.51.100.7", false],
      ["gatewayKey", gatewayKey, true],
      ["dashboardUrl", `https://198.51.100.7/#token=${gatewayKey}`, true],
      ["ipAddress", "198.51.100.7", false],
      ["dropletId", "4711", false],
      ["sshHostKey", expect.stringMatching(/^ssh-ed25519 AAAA\S+$/), false],
      ["volumeId", "id-of-gw-volume", false],
      ["firewallId", "id-of-gw", false],
      ["versions", expect.objectContaining({ openclaw: expect.stringMatching(/^\d{4}\.\d+\.\d+$/) }), false],
      ["notices", [], false],
    ]);
  });

  it("the URL is the domain's where there is one", async () => {
    const { url, ipAddress } = await gateway({ domain: "claw.example.com" });
    expect(await resolved(url)).toBe("https://claw.example.com");
    expect(await resolved(ipAddress)).toBe("198.51.100.7");
  });

  it.each<[string, OpenClawGatewayArgs, RegExp[]]>([
    [
      "without admin and model",
      {},
      [/approved.*Set admin/, /main.*no model.*Set model or agents.main.model/],
    ],
    [
      "without an agent's key",
      {
        admin,
        model: { provider: "openai", id: "m", apiKey: "sk-0123456789" },
        agents: {
          a: { model: { provider: "anthropic", id: "m" } },
          b: { model: { provider: "openai", id: "other" } },
        },
      },
      [/Agent a .*wants a key.*Set agents.a.model.apiKey/],
    ],
    [
      "without the model's key",
      { admin, model: { provider: "openai", id: "m" } },
      [/wants a key.*Set model.apiKey/],
    ],
    [
      "with a model at home",
      { admin, model: { provider: "custom", id: "m", baseUrl: "http://10.0.0.5/v1" } },
      [],
    ],
  ])("what it lacks is said at preview and kept: %s", async (_, args, expected) => {
    const { notices } = await gateway(args);
    expect(await resolved(notices)).toEqual(expected.map((notice) => expect.stringMatching(notice)));
    expect(warn.mock.calls.map(([words]) => words)).toEqual(await resolved(notices));
  });
});
