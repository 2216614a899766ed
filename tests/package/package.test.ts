import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";
import { userData } from "../../cloud-init/user-data.ts";
import { ed25519KeyPair } from "../../components/ed25519-key-pair.ts";
import { prepareEngine } from "../../rehearsal/engine/engine.ts";
import { projectRoot } from "../../rehearsal/run-directory.ts";
import { Consumer } from "./consumer.ts";

/** A stack of two gateways, as its own team would write it. */
const stack = `
import { OpenClawGateway, type OpenClawGatewayArgs } from "openclaw-droplet";

const args: OpenClawGatewayArgs = { region: "fra1", tags: ["team:a"] };
const one = new OpenClawGateway("one", args);
const two = new OpenClawGateway("two", { ...args, size: "s-4vcpu-8gb", domain: "claw.example.com" });
export const urls = [one.url, two.url];
export const keys = [one.gatewayKey, two.gatewayKey];
`;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await Consumer.create();
}, 300_000);
afterAll(() => consumer?.remove());

describe("the packed component", () => {
  it("shares the consumer's Pulumi instead of bringing its own", () => {
    const modules = join(consumer.directory, "node_modules");
    expect(existsSync(join(modules, "@pulumi/pulumi/package.json"))).toBe(true);
    expect(existsSync(join(modules, "openclaw-droplet/node_modules"))).toBe(false);
  });

  it("holds nothing of the rehearsal and no TypeScript source", async () => {
    const modules = join(consumer.directory, "node_modules/openclaw-droplet");
    const files = (await consumer.run("find", [modules, "-type", "f", "-printf", "%P\\n"]))
      .trim()
      .split("\n");
    const elsewhere = files.filter(
      (file) => !/^(?:dist\/(?:components|cloud-init)\/|package.json|README.md|LICENSE)/.test(file),
    );
    expect(elsewhere).toEqual([]);
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it("boots the same machine as the checkout, byte for byte", async () => {
    const settings = {
      origin: "https://198.51.100.7",
      gatewayKey: "K".repeat(48),
      volume: "volume-gw-test",
      acme: {},
      agents: {
        main: {
          limits: { memory: 512, cpus: 1, processes: 256 },
          network: { hosts: ["api.example.com"] },
        },
      },
      admin: { publicKey: "ssh-ed25519 AAAA", hostKey: ed25519KeyPair(Buffer.alloc(32)) },
    };
    await consumer.write({
      "render.mjs": `
        import { userData } from "./node_modules/openclaw-droplet/dist/cloud-init/user-data.js";
        process.stdout.write(userData(${JSON.stringify(settings)}));`,
    });
    expect(await consumer.run(process.execPath, ["render.mjs"])).toBe(userData(settings));
  });

  it("is made by a CommonJS program, and asks the same question when it is ready", async () => {
    await consumer.write({
      "mocked.cjs": `
        const pulumi = require("@pulumi/pulumi");
        const { OpenClawGateway } = require("openclaw-droplet");
        const newResource = ({ type, name, inputs }) => {
          if (type === "command:local:Command") console.log(JSON.stringify(inputs.environment.READINESS_PROBE));
          return { id: "1", state: { ...inputs, name, result: "K", ipAddress: "198.51.100.7" } };
        };
        pulumi.runtime.setMocks({ call: () => ({}), newResource });
        new OpenClawGateway("one");`,
    });
    const asked: unknown = JSON.parse(await consumer.run(process.execPath, ["mocked.cjs"]));
    expect(asked).toContain("/readyz");
  });
});

describe("its types", () => {
  /** What the compiler says about this program. */
  async function compile(type: "module" | "commonjs", program: string): Promise<string> {
    const options = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2024",
      types: [],
      skipLibCheck: true,
    };
    await consumer.write({
      [`${type}/package.json`]: JSON.stringify({ type }),
      [`${type}/program.ts`]: program,
      [`${type}/tsconfig.json`]: JSON.stringify({ compilerOptions: options, files: ["program.ts"] }),
    });
    const tsc = join(projectRoot, "node_modules/typescript/bin/tsc");
    return consumer.run(process.execPath, [tsc, "--project", type]).catch((error: Error) => error.message);
  }

  it.each(["module", "commonjs"] as const)("compile in a program of type %s", async (type) => {
    expect(await compile(type, stack)).toBe("");
  });

  it("refuse what the component would refuse", async () => {
    const wrong = stack.replace("tags:", "tagz:").replace('"s-4vcpu-8gb"', "4");
    const errors = await compile("module", wrong);
    expect(errors).toContain("'tagz' does not exist in type 'OpenClawGatewayArgs'");
    expect(errors).toContain("Type 'number' is not assignable to type 'Input<string> | undefined'");
  });
});

it("a stack of two gateways previews under the real engine", async () => {
  const engine = await prepareEngine(() => {});
  const env = {
    ...engine.env,
    PULUMI_BACKEND_URL: `file://${consumer.directory}`,
    PULUMI_CONFIG_PASSPHRASE: "a test",
    DIGITALOCEAN_TOKEN: "a test",
    // Nothing listens here: a preview asks DigitalOcean nothing.
    DIGITALOCEAN_API_URL: "http://127.0.0.1:9",
  };
  const runtime = { name: "nodejs", options: { typescript: false } };
  await consumer.write({
    "index.ts": stack,
    "Pulumi.yaml": stringify({ name: "assistants", main: "index.ts", runtime }),
  });
  await consumer.run(engine.pulumi, ["stack", "init", "test", "--non-interactive"], env);
  const json = await consumer.run(engine.pulumi, ["preview", "--json", "--non-interactive"], env);
  const { steps } = JSON.parse(json) as { steps: { op: string; urn: string }[] };
  const created = steps
    .filter(({ op }) => op === "create")
    .map(({ urn }) => urn.split("::").slice(2).join("::"));
  expect(created).toHaveLength(1 + 2 * 9);
  for (const gateway of ["one", "two"]) {
    const type = "openclaw-droplet:index:OpenClawGateway";
    expect(created).toContain(`${type}::${gateway}`);
    expect(created).toContain(`${type}$digitalocean:index/droplet:Droplet::${gateway}-machine`);
  }
}, 900_000);
