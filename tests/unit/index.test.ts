import { readFileSync } from "node:fs";
import { beforeEach, expect, it, jest } from "@jest/globals";
import { parse } from "yaml";
import { publicKey } from "./ssh-keys.ts";

type Cloud = typeof import("./cloud.ts");

/** Pulumi.yaml's declarations of the project's configuration. */
const { config: declared } = parse(readFileSync(new URL("../../Pulumi.yaml", import.meta.url), "utf8")) as {
  config: Record<string, { type: string; description: string; default: unknown }>;
};
const defaults = Object.fromEntries(
  Object.entries(declared).map(([key, { default: value }]) => [key, value]),
);

let cloud: Cloud;
beforeEach(async () => {
  // The program runs when it is imported: each test has its own, and its own Pulumi.
  jest.resetModules();
  cloud = await import("./cloud.ts");
});

/** Runs index.ts under these values over Pulumi.yaml's defaults, as the engine hands them over. */
async function run(values: Record<string, unknown>, { secret = [] as string[] } = {}) {
  const pulumi = await import("@pulumi/pulumi");
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const made = await cloud.mockCloud();
  const config = Object.entries({ ...defaults, ...values }).map(([key, value]) => [
    `openclaw-droplet:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const secretKeys = secret.map((key) => `openclaw-droplet:${key}`);
  pulumi.runtime.setAllConfig(Object.fromEntries(config), secretKeys);
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys);
  const outputs = await import("../../index.ts");
  await cloud.resolved(outputs.dropletId);
  return { made, outputs };
}

it("Pulumi.yaml's defaults are the component's own", async () => {
  const { made } = await run({});
  const byYaml = made.map(({ type, inputs }) => [type, inputs]);
  const { OpenClawGateway } = await import("../../components/open-claw-gateway.ts");
  const madeByComponent = await cloud.mockCloud();
  await cloud.settle(new OpenClawGateway("openclaw"));
  expect(madeByComponent.map(({ type, inputs }) => [type, inputs])).toEqual(expect.arrayContaining(byYaml));
});

it("every value of the configuration reaches the component", async () => {
  const values = {
    region: "nyc3",
    size: "s-4vcpu-8gb",
    admin: { publicKey: publicKey("ed25519"), cidrs: ["203.0.113.5/32"] },
    domain: "claw.example.com",
    acme: { email: "you@example.com", directory: "https://acme.example:14000/dir" },
    model: {
      provider: "custom",
      id: "the-model",
      baseUrl: "https://llm.example/v1",
      apiKey: "sk-0123456789",
    },
    agents: {
      research: {
        model: { provider: "openai", id: "own-model", apiKey: "sk-9876543210" },
        network: { hosts: ["api.example.com"] },
      },
    },
    tags: ["env:prod"],
    vpcUuid: "7d73c2be-14cf-4a72-9236-e8113df4dd41",
    backups: true,
    volume: { gigabytes: 25 },
  };
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(declared).toSorted());
  const { made, outputs } = await run(values, { secret: ["model", "agents"] });
  const { userData, ...inputs } = cloud.theOne(made, "Droplet").inputs;
  expect(inputs).toMatchObject({
    region: "nyc3",
    size: "s-4vcpu-8gb",
    tags: ["openclaw-0a1b2c3", "env:prod"],
    vpcUuid: values.vpcUuid,
    backups: true,
  });
  expect(cloud.theOne(made, "Volume").inputs).toMatchObject({ region: "nyc3", size: 25 });
  const { value: text } = userData as { value: string };
  for (const part of [
    values.admin.publicKey,
    "you@example.com",
    "acme.example:14000",
    "llm.example",
    "the-model",
    "sk-0123456789",
    "own-model",
    "sk-9876543210",
    "api.example.com",
  ]) {
    expect(text).toContain(part);
  }
  expect(JSON.stringify(cloud.theOne(made, "Firewall").inputs)).toContain("203.0.113.5/32");
  expect(await cloud.resolved(outputs.url)).toBe("https://claw.example.com");
});

it("gives all outputs of the component", async () => {
  const { outputs } = await run({});
  expect(Object.keys(outputs).toSorted()).toEqual([
    "dashboardUrl",
    "dropletId",
    "firewallId",
    "gatewayKey",
    "ipAddress",
    "notices",
    "sshHostKey",
    "url",
    "versions",
    "volumeId",
  ]);
});

it.each<[string, Record<string, unknown>, string]>([
  ["an unknown key", { sise: "s-4vcpu-8gb" }, 'sise: is not a property. Did you mean "size"?'],
  ["an unknown key inside", { model: { modle: "x" } }, "model.modle: is not a property"],
  ["an unknown key of an agent", { agents: { a: { modle: "x" } } }, "agents.a.modle: is not a property"],
  ["a value of the wrong kind", { admin: "anna" }, "admin: must be an object"],
  ["a text that looks like JSON", { region: "[fra1" }, 'region: "[fra1" is not the form'],
])("refuses %s", async (_, values, words) => {
  await expect(run(values)).rejects.toThrow(words);
});

it.each<[string, (model: object) => Record<string, unknown>, string]>([
  ["the model's", (model) => ({ model }), "model.apiKey"],
  ["an agent's", (model) => ({ agents: { research: { model } } }), "agents.research.model.apiKey"],
])("refuses %s key in plain text, without repeating it", async (_, config, path) => {
  const model = { provider: "openai", id: "m", apiKey: "sk-0123456789" };
  const refused = await run(config(model)).catch((error: unknown) => String(error));
  expect(refused).toContain(
    `${path}: is in plain text. Set it with \`pulumi config set --secret --path ${path}\``,
  );
  expect(refused).not.toContain("sk-0123456789");
});

it("Pulumi.prod.yaml is accepted, as it is and with all its examples", async () => {
  const text = readFileSync(new URL("../../Pulumi.prod.yaml", import.meta.url), "utf8");
  const full = text
    .replace(/^ {2}# (openclaw-droplet:| {2})/gm, "  $1")
    .replace(/ssh-ed25519 .*/, publicKey("ed25519"));
  const keys: string[] = [];
  for (const file of [text, full]) {
    const { config } = parse(file) as { config: Record<string, unknown> };
    const values = Object.entries(config).map(
      ([key, value]) => [key.replace("openclaw-droplet:", ""), value] as const,
    );
    jest.resetModules();
    cloud = await import("./cloud.ts");
    await run(Object.fromEntries(values));
    keys.push(...values.map(([key]) => key));
  }
  expect(keys).toEqual(expect.arrayContaining(["admin", "domain", "acme", "model", "agents"]));
});

it("every key of the configuration is described", () => {
  for (const [key, { type, description }] of Object.entries(declared)) {
    expect([key, type, description]).toEqual([key, expect.any(String), expect.stringMatching(/\.$/)]);
  }
});
