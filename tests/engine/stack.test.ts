import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type Cloud, startCloud } from "../../rehearsal/cloud/cloud.ts";
import { prepareEngine } from "../../rehearsal/engine/engine.ts";
import { projectRoot } from "../../rehearsal/run-directory.ts";
import { PaperWorld } from "../cloud/paper-world.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { type Step, TestStack } from "./test-stack.ts";

/** The Reserved IP: an address of this computer, so that something can answer there. */
const address = "127.0.0.77";

/** A world on paper whose Reserved IP is that one. */
class LoopbackWorld extends PaperWorld {
  override allocateReservedIp(): string {
    return address;
  }
}

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJJ0lsT7kXHYVYVzqWWZ4nxmmzDAX3u+uU5bqpMWh9nV test";
/** How a preview says that there will be a pause. */
const away = "the gateway is away for";
const modelKeys = ["model-key-that-no-file-may-hold", "an-agents-own-key-neither"] as const;

// An address of this computer's own, and port 443 there.
const canAnswer = process.platform === "linux" && process.getuid?.() === 0;
jest.setTimeout(180_000);

(canAnswer || process.env.CI === "true" ? describe : describe.skip)("the stack under the real engine", () => {
  const world = new LoopbackWorld();
  let cloud: Cloud;
  let gateway: Gateway;
  let stack: TestStack;

  beforeAll(async () => {
    const engine = await prepareEngine((line) => void process.stderr.write(`${line}\n`));
    cloud = await startCloud({ world });
    gateway = await startGateway(address, () => typeof world.mapped.get(address) === "number");
    stack = await TestStack.create(engine, cloud.url);
    await configure();
  }, 1_200_000);

  afterAll(async () => {
    await stack?.remove();
    await gateway?.close();
    await cloud?.close();
  });

  it("says at preview what it would make, and makes nothing", async () => {
    const steps = await stack.preview();
    expect(named(steps, "create")).toEqual([
      "Command openclaw-ready",
      "Droplet openclaw-machine",
      "Firewall openclaw",
      "OpenClawGateway openclaw",
      "RandomPassword openclaw-key",
      "RandomPassword openclaw-ssh-host-key",
      "ReservedIp openclaw-address",
      "ReservedIpAssignment openclaw-address",
      "Stack openclaw-droplet-test",
      "Tag openclaw",
      "Volume openclaw-volume",
    ]);
    expect(world.calls).toEqual([]);
    expect((await stack.run("preview")).output).not.toContain(away);
  });

  it("refuses bad configuration at preview, all of it at once", async () => {
    await configure({ size: "s-1vcpu-1gb", region: "Frankfurt" });
    const { code, output } = await stack.run("preview");
    await configure();
    expect(code).not.toBe(0);
    expect(output).toContain("size");
    expect(output).toContain("region");
    expect(world.calls).toEqual([]);
  });

  it("comes up, and the gate sees the gateway", async () => {
    const { code, output } = await stack.run("up");
    expect(output).toContain(`https://${address} is ready`);
    expect(code).toBe(0);
    expect(cloud.droplets()).toMatchObject([
      { name: "openclaw-test", status: "active", reservedIps: [address] },
    ]);
    expect(await stack.outputs("--show-secrets")).toMatchObject({
      url: `https://${address}`,
      ipAddress: address,
      gatewayKey: expect.stringMatching(/^[A-Za-z0-9]{48}$/),
      sshHostKey: expect.stringMatching(/^ssh-ed25519 AAAA\S+$/),
      dropletId: String(cloud.droplets()[0]?.id),
    });
  });

  it("plugs the Volume in before the machine boots", () => {
    const [machine] = [...world.machines.values()];
    expect([...world.volumes.values()]).toMatchObject([
      { name: "volume-openclaw-test", gigabytes: 10, filesystem: null, attachedTo: machine?.spec.id },
    ]);
    expect(machine?.spec.volumes).toEqual([...world.volumes.keys()]);
  });

  it("filters the machine before it exists, and gives it the user-data", async () => {
    const calls = world.calls.map((call) => call.split(" ")[0]);
    expect(calls.indexOf("filter")).toBeLessThan(calls.indexOf("createDroplet"));
    expect([...world.machines.values()][0]?.spec.userData).toMatch(/^#cloud-config\n/);
  });

  it("waits for a machine's end for longer than its services may take, not for the provider's 60 s", async () => {
    const units = join(projectRoot, "cloud-init/files/etc/systemd/system");
    const services = readdirSync(units).filter((name) => name.endsWith(".service"));
    const limits = services.flatMap((name) => {
      const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(readFileSync(join(units, name), "utf8")) ?? [];
      return seconds === undefined ? [] : [Number(seconds)];
    });
    expect(limits.length).toBeGreaterThan(1);
    const { customTimeouts } = await stack.resource("openclaw-machine");
    expect(customTimeouts?.delete).toBeGreaterThan(limits.reduce((sum, limit) => sum + limit));
  });

  it("has nothing to do the second time", async () => {
    expect(await stack.preview()).toEqual([]);
    expect((await stack.run("preview")).output).not.toContain(away);
    const { code } = await stack.run("up", "--expect-no-changes");
    expect(code).toBe(0);
  });

  it("refreshes to what it had", async () => {
    const { code, output } = await stack.run("refresh", "--expect-no-changes");
    expect(output).toContain("11 unchanged");
    expect(output).not.toMatch(/^ ~ .*updated/m);
    expect(code).toBe(0);
  });

  it("keeps the keys and the user-data secret in its state and its outputs", async () => {
    const files = await stack.files();
    const { gatewayKey } = await stack.outputs("--show-secrets");
    const userData = [...world.machines.values()][0]?.spec.userData ?? "";
    expect(files).toContain("openclaw-machine");
    expect(userData).toContain(String(gatewayKey));
    for (const key of modelKeys) expect(userData).toContain(key);
    for (const key of [gatewayKey, ...modelKeys]) expect(files).not.toContain(key);
    expect(files).not.toContain("#cloud-config");
    expect(userData).toContain("OPENSSH PRIVATE KEY");
    expect(files).not.toContain("OPENSSH PRIVATE KEY");
    expect(files).not.toContain("dop_v1");
    expect(await stack.outputs()).toMatchObject({ gatewayKey: "[secret]", dashboardUrl: "[secret]" });
  });

  it("changes the admin's networks in place", async () => {
    await configure({ admin: { publicKey, cidrs: ["198.51.100.0/24"] } });
    expect(named(await stack.preview(), "update")).toEqual(["Firewall openclaw"]);
    const [machine] = cloud.droplets();
    expect((await stack.run("up")).code).toBe(0);
    expect(cloud.droplets()[0]?.id).toBe(machine?.id);
    const inbound = world.filters.get(machine?.id ?? 0)?.inbound;
    expect(inbound).toContainEqual({ protocol: "tcp", ports: [22, 22], cidrs: ["198.51.100.0/24"] });
  });

  it("resizes the machine in place", async () => {
    await configure({ size: "s-4vcpu-8gb" });
    expect((await stack.run("preview")).output).toContain(
      `the Droplet is restarted: ${away} about 2 minutes.`,
    );
    const [machine] = cloud.droplets();
    const { code, output } = await stack.run("up");
    expect(code).toBe(0);
    expect(output).toContain(`https://${address} is ready`);
    expect(cloud.droplets()).toMatchObject([{ id: machine?.id, size: "s-4vcpu-8gb", status: "active" }]);
  });

  it("grows the Volume in place, and refuses at preview to shrink it", async () => {
    const [machine] = cloud.droplets();
    await configure({ volume: { gigabytes: 20 } });
    expect(named(await stack.preview(), "update")).toContain("Volume openclaw-volume");
    expect((await stack.run("up")).code).toBe(0);
    expect([...world.volumes.values()]).toMatchObject([{ gigabytes: 20, attachedTo: machine?.id }]);
    expect(cloud.droplets()[0]?.id).toBe(machine?.id);

    await configure({ volume: { gigabytes: 15 } });
    const { code, output } = await stack.run("preview");
    expect(code).not.toBe(0);
    expect(output).toMatch(/openclaw-volume.*expanded and not shrunk/s);
    await configure();
  });

  it("deletes no Volume that is protected, and gives it to the next machine", async () => {
    const { volumeId } = await stack.outputs();
    await configure({ volume: { gigabytes: 20, protect: true } });
    expect((await stack.run("up")).code).toBe(0);
    const { code, output } = await stack.run("destroy");
    expect(code).not.toBe(0);
    expect(output).toMatch(/openclaw-volume.*protect/s);
    await configure();
    expect((await stack.run("up")).code).toBe(0);
    expect([...world.machines.values()].map(({ spec }) => spec.volumes)).toEqual([[volumeId]]);
  });

  it("replaces the machine when its user-data changes, and says so at preview", async () => {
    const before = await stack.outputs("--show-secrets");
    await configure({ model: { provider: "openai", id: "another" } });
    const machine = (await stack.preview()).find(({ urn }) => urn.endsWith("::openclaw-machine"));
    expect(machine).toMatchObject({ op: expect.stringMatching(/replace/), replaceReasons: ["userData"] });
    const { output: difference } = await stack.run("preview", "--diff");
    expect(difference).toMatch(/userData *: \[secret\]/);
    expect(difference).toContain(`The Droplet is replaced: ${away} about 3 minutes.`);
    for (const key of [before.gatewayKey, ...modelKeys]) expect(difference).not.toContain(key);

    const shutdowns = world.calls.filter((call) => call.startsWith("shutdown")).length;
    const { code, output } = await stack.run("up");
    expect(code).toBe(0);
    expect(output).toContain(`https://${address} is ready`);
    const after = await stack.outputs("--show-secrets");
    expect(after.dropletId).not.toBe(before.dropletId);
    expect(after).toMatchObject({
      url: before.url,
      gatewayKey: before.gatewayKey,
      sshHostKey: before.sshHostKey,
    });
    expect(cloud.droplets()).toHaveLength(1);
    expect(world.calls.filter((call) => call.startsWith("shutdown"))).toHaveLength(shutdowns + 1);
    expect(after.volumeId).toBe(before.volumeId);
    expect(world.machines.get(Number(after.dropletId))?.spec.volumes).toEqual([after.volumeId]);
  });

  it("makes the gateway's key anew, and says at preview that this takes another machine", async () => {
    const { gatewayKey, ...before } = await stack.outputs("--show-secrets");
    const anew = ["--replace", "**::openclaw-key"];
    const { output } = await stack.run("preview", ...anew);
    expect(output).toMatch(/RandomPassword +openclaw-key +replace/);
    expect(output).toContain(`The Droplet is replaced: ${away}`);
    expect((await stack.run("up", ...anew)).code).toBe(0);
    const after = await stack.outputs("--show-secrets");
    expect(after.gatewayKey).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(after.gatewayKey).not.toBe(gatewayKey);
    const { url, sshHostKey, volumeId } = before;
    expect(after).toMatchObject({ url, sshHostKey, volumeId });
    expect([...world.machines.values()][0]?.spec.userData).toContain(String(after.gatewayKey));
  });

  it("sees on refresh that the machine is gone, and makes another", async () => {
    const [machine] = cloud.droplets();
    await api("DELETE", `/v2/droplets/${machine?.id}`);
    expect((await stack.run("refresh")).code).toBe(0);
    expect((await stack.run("up")).code).toBe(0);
    expect(cloud.droplets()).toMatchObject([{ status: "active", reservedIps: [address] }]);
    expect(cloud.droplets()[0]?.id).not.toBe(machine?.id);
  });

  it("leaves nothing in the cloud", async () => {
    expect(cloud.droplets()).toHaveLength(1);
    expect((await stack.run("destroy")).code).toBe(0);
    const left = ["droplets", "firewalls", "reserved_ips", "tags", "volumes"].map(async (kind) => {
      const answer = (await api("GET", `/v2/${kind}`)) as Record<string, unknown>;
      return answer[kind];
    });
    expect(await Promise.all(left)).toEqual([[], [], [], [], []]);
    expect(world.machines.size).toBe(0);
  });

  function configure(changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const config = {
      admin: { publicKey, cidrs: ["192.0.2.0/24"] },
      acme: { directory: "https://acme.example.test/directory", caRoot: gateway.caRoot },
      model: { provider: "openai", id: "one" },
      agents: {
        research: {
          model: { provider: "anthropic", id: "two" },
          network: { hosts: ["api.example.com"] },
        },
      },
      volume: { gigabytes: world.calls.some((call) => call.startsWith("growVolume")) ? 20 : 10 },
      ...changes,
    };
    const [key, agentKey] = modelKeys;
    return stack.configure(config, { "model.apiKey": key, "agents.research.model.apiKey": agentKey });
  }

  async function api(method: string, path: string): Promise<unknown> {
    const response = await fetch(cloud.url + path, { method, headers: { Authorization: "Bearer test" } });
    return response.status === 204 ? undefined : response.json();
  }
});

/** The resources of the steps of one kind: "Droplet openclaw-machine". */
function named(steps: readonly Step[], op: string): string[] {
  return steps
    .filter((step) => step.op === op)
    .map(({ urn }) => {
      const [, , types = "", name] = urn.split("::");
      return `${types.split(":").at(-1)} ${name}`;
    })
    .sort();
}
