import { describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { gatewayKey, type Made, resolved, Secret, theOne } from "./cloud.ts";
import { makeGateway } from "./gateway.ts";
import { publicKey } from "./ssh-keys.ts";

const admin = { publicKey: publicKey("ed25519"), cidrs: ["203.0.113.5/32"] };

function userData(made: readonly Made[]): string {
  const { userData } = theOne(made, "Droplet").inputs;
  return (userData as Secret).value as string;
}

/** The content of a file that user-data writes. */
function fileOnMachine(made: readonly Made[], path: string): string {
  const { write_files } = parse(userData(made)) as { write_files: { path: string; content: string }[] };
  return write_files.find((file) => file.path === path)?.content ?? "";
}

describe("machine", () => {
  it("is Debian 13 with monitoring, closed to DigitalOcean's agent, selected by the firewall's tag", async () => {
    const { made } = await makeGateway({
      tags: ["env:prod"],
      backups: true,
      vpcUuid: "7d73c2be-14cf-4a72-9236-e8113df4dd41",
    });
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
    const { made } = await makeGateway({}, "Team_A.dev");
    expect(theOne(made, "Droplet").inputs.name).toBe("gw-Team-A-dev");
    expect(theOne(made, "Volume").inputs.name).toBe("volume-gw-team-a-dev");
    expect(fileOnMachine(made, "/etc/openclaw/machine.env")).toContain(
      'VOLUME_DEVICE="/dev/disk/by-id/scsi-0DO_Volume_volume-gw-team-a-dev"',
    );
  });

  it("is told its origin, its key and its model in user-data", async () => {
    const { made } = await makeGateway({
      model: { provider: "gradient", id: "openai-gpt-oss-120b", apiKey: "sk-0123456789" },
    });
    expect(fileOnMachine(made, "/etc/openclaw/machine.env")).toContain("https://198.51.100.7");
    expect(fileOnMachine(made, "/etc/openclaw/gateway.env")).toContain(gatewayKey);
    expect(fileOnMachine(made, "/etc/openclaw/gateway.env")).toContain("sk-0123456789");
    expect(fileOnMachine(made, "/etc/openclaw/openclaw.json")).toContain("openai-gpt-oss-120b");
  });

  it("is told its domain, and the address all the same is reserved and assigned", async () => {
    const { made } = await makeGateway({ domain: "claw.example.com" });
    expect(fileOnMachine(made, "/etc/openclaw/machine.env")).toContain("https://claw.example.com");
    expect(theOne(made, "ReservedIpAssignment").inputs).toEqual({
      ipAddress: "198.51.100.7",
      dropletId: 4711,
    });
  });

  it("is told the admin's key, but not the networks: those change in place", async () => {
    const { made } = await makeGateway({ admin });
    expect(userData(made)).toContain(admin.publicKey);
    expect(userData(made)).not.toContain("203.0.113.5");
  });

  it("gets an SSH host key that is known beforehand and is the same for every machine", async () => {
    const { gateway, made } = await makeGateway({ admin });
    const { ssh_keys: first } = parse(userData(made)) as { ssh_keys: Record<string, string> };
    expect(first.ed25519_public).toBe(await resolved(gateway.sshHostKey));
    const another = await makeGateway({ admin, model: { provider: "openai", id: "m" } });
    const { ssh_keys: second } = parse(userData(another.made)) as { ssh_keys: Record<string, string> };
    expect(second).toEqual(first);
  });

  it("gets no host key where nobody signs in", async () => {
    const { gateway, made } = await makeGateway();
    expect(await resolved(gateway.sshHostKey)).toBeUndefined();
    expect(parse(userData(made))).not.toHaveProperty("ssh_keys");
  });

  it("is told its agents, each with its own key", async () => {
    const { made } = await makeGateway({
      model: { provider: "gradient", id: "m", apiKey: "sk-0123456789" },
      agents: {
        research: {
          model: { provider: "openai", id: "own", apiKey: pulumi.output("sk-9876543210") },
          network: { hosts: [pulumi.output("api.example.com")] },
        },
      },
    });
    expect(fileOnMachine(made, "/etc/openclaw/gateway.env")).toContain(
      'OPENCLAW_MODEL_KEY_RESEARCH="sk-9876543210"',
    );
    expect(fileOnMachine(made, "/etc/squid/agents/research.conf")).toContain("api.example.com");
    const { agents } = JSON.parse(fileOnMachine(made, "/etc/openclaw/openclaw.json"));
    expect(Object.keys(agents.entries)).toEqual(["main", "research"]);
    expect(agents.entries.research.model).toEqual({ primary: "openai-research/own" });
  });

  it("no secret is in anything that is not a secret", async () => {
    const { made } = await makeGateway({
      admin,
      model: { provider: "openai", id: "m", apiKey: "sk-0123456789" },
      agents: { research: { model: { provider: "openai", id: "m", apiKey: "sk-9876543210" } } },
    });
    const plain = JSON.stringify(made, (_, value: unknown) => (value instanceof Secret ? "secret" : value));
    expect(plain).toContain("gw-machine");
    expect(plain).not.toContain(gatewayKey);
    expect(plain).not.toContain("sk-0123456789");
    expect(userData(made)).toContain("OPENSSH PRIVATE KEY");
    expect(plain).not.toContain("OPENSSH PRIVATE KEY");
    expect(plain).not.toContain("sk-9876543210");
  });
});
