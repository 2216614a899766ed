import { describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { Fields } from "../../components/fields.ts";
import { resolveArgs } from "../../components/resolve-args.ts";
import { parseApiKey } from "../../components/values/model.ts";
import { mockCloud } from "./cloud.ts";
import { refusal } from "./refusal.ts";
import { publicKey } from "./ssh-keys.ts";

describe("an arg that is an Output", () => {
  it("is checked when it resolves", async () => {
    const { size } = resolveArgs("gw", { size: pulumi.output("s-1vcpu-1gb") });
    expect(await refusal(size)).toMatch(/size: .*too small/);
  });

  it("so is a promise", async () => {
    const { domain } = resolveArgs("gw", { domain: Promise.resolve("localhost") });
    expect(await refusal(domain)).toMatch(/domain: .*no dot/);
  });

  it("so is a whole list, all of it at once", async () => {
    const cidrs = pulumi.output(["0.0.0.0/0", "10.0.0.0/8", "x"]);
    const { admin } = resolveArgs("gw", { admin: { publicKey: publicKey("ed25519"), cidrs } });
    expect(await refusal(admin?.cidrs)).toMatch(/admin.cidrs\[0\](?:.|\n)*admin.cidrs\[2\]/);
  });

  it("so is one element of a list, while the others are checked at once", async () => {
    expect(() => resolveArgs("gw", { tags: ["not ok", pulumi.output("ok")] })).toThrow("tags[0]");
    const [, second] = resolveArgs("gw", { tags: ["ok", pulumi.output("not ok")] }).tags as unknown[];
    expect(await refusal(second)).toContain("tags[1]");
  });

  it("an empty list that comes later is refused as well", async () => {
    const { admin } = resolveArgs("gw", {
      admin: { publicKey: publicKey("ed25519"), cidrs: pulumi.output([]) },
    });
    expect(await refusal(admin?.cidrs)).toContain("admin.cidrs: is empty");
  });

  it("stays out of the error's words when it is a secret", async () => {
    const fields = new Fields("gw", { apiKey: pulumi.secret("sk with spaces") });
    const error = await refusal(fields.text("apiKey", parseApiKey));
    expect(error).toContain("apiKey: is not a key");
    expect(error).not.toContain("sk with spaces");
  });

  it("a plain API key becomes a secret", async () => {
    const { model } = resolveArgs("gw", { model: { provider: "openai", id: "m", apiKey: "sk-0123456789" } });
    expect(await pulumi.isSecret(pulumi.output(model?.apiKey))).toBe(true);
  });

  it("so does an agent's", async () => {
    const model = { provider: "openai", id: "m", apiKey: "sk-0123456789" } as const;
    const { agents } = resolveArgs("gw", { agents: { research: { model } } });
    expect(await pulumi.isSecret(pulumi.output(agents.research?.model?.apiKey))).toBe(true);
  });

  it("an agent's hosts and limits may come later, and are checked then", async () => {
    const research = {
      network: { hosts: pulumi.output(["ok.example", "10.0.0.1"]) },
      limits: { memory: pulumi.output(1) },
    };
    const { agents } = resolveArgs("gw", { agents: { research } });
    const { limits, network } = agents.research ?? {};
    expect(await refusal((network as { hosts: pulumi.Output<unknown> }).hosts)).toContain(
      "agents.research.network.hosts[1]",
    );
    expect(await refusal(limits?.memory)).toContain("agents.research.limits.memory: 1 is not");
  });

  it("is let through when it is not known at preview", async () => {
    await mockCloud({ preview: true });
    const unknown = pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;
    expect(await refusal(resolveArgs("gw", { vpcUuid: unknown }).vpcUuid)).toBe("not refused");
  });

  it("a group is not an Output itself, so that what is missing is known at once", () => {
    const admin = pulumi.output({ publicKey: "x", cidrs: [] }) as never;
    expect(() => resolveArgs("gw", { admin })).toThrow("admin: must be an object");
  });
});
