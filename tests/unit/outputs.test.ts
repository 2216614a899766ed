import { beforeEach, describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { OpenClawGatewayArgs } from "../../components/args.ts";
import { gatewayKey, resolved } from "./cloud.ts";
import { makeGateway, warn } from "./gateway.ts";
import { publicKey } from "./ssh-keys.ts";

const admin = { publicKey: publicKey("ed25519"), cidrs: ["203.0.113.5/32"] };

beforeEach(() => {
  warn.mockClear();
});

describe("outputs", () => {
  it("are these; the key and what contains it are secret, the rest is not", async () => {
    const { gateway } = await makeGateway({
      admin,
      model: { provider: "gradient", id: "m", apiKey: "sk-0123456789" },
    });
    const { urn: _, ...outputs } = gateway;
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
    const { gateway } = await makeGateway({ domain: "claw.example.com" });
    expect(await resolved(gateway.url)).toBe("https://claw.example.com");
    expect(await resolved(gateway.ipAddress)).toBe("198.51.100.7");
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
    const { notices } = (await makeGateway(args)).gateway;
    expect(await resolved(notices)).toEqual(expected.map((notice) => expect.stringMatching(notice)));
    expect(warn.mock.calls.map(([words]) => words)).toEqual(await resolved(notices));
  });
});
