import { describe, expect, it } from "@jest/globals";
import type { MachineSettings } from "../../cloud-init/settings.ts";
import { openclaw } from "./read.ts";
import { full, minimal } from "./settings.ts";

describe("OpenClaw's configuration has", () => {
  it("the model by reference to its key; none without a model", () => {
    const config = openclaw(full);
    expect(config.models.providers.gradient).toEqual({
      baseUrl: "https://inference.do-ai.run/v1",
      api: "openai-completions",
      apiKey: { source: "env", provider: "default", id: "OPENCLAW_MODEL_KEY" },
      models: ["golden-model", "golden-small"].map((id) => ({
        id,
        name: id,
        compat: { supportsStore: false, maxTokensField: "max_tokens" },
      })),
    });
    expect(config.agents.defaults.model).toEqual({ primary: "gradient/golden-model" });
    expect(config.secrets.providers.default.allowlist).toEqual([
      "OPENCLAW_GATEWAY_TOKEN",
      "OPENCLAW_MODEL_KEY",
      "OPENCLAW_MODEL_KEY_FIELD_WORK",
    ]);
    expect(openclaw(minimal).models).toBeUndefined();
    expect(openclaw(minimal).agents.defaults.model).toEqual({ primary: "none/model-is-not-set" });
    expect(openclaw(minimal).secrets.providers.default.allowlist).toEqual(["OPENCLAW_GATEWAY_TOKEN"]);
  });

  it("agents with models of their own: by their own key, or by that of all where the endpoint is the same", () => {
    const { agents, models, plugins } = openclaw(full);
    expect(agents.entries.scribe.model).toEqual({ primary: "gradient/golden-small" });
    expect(agents.entries["field-work"].model).toEqual({ primary: "anthropic-field-work/golden-other" });
    expect(models.providers["anthropic-field-work"]).toEqual({
      baseUrl: "https://api.anthropic.com",
      api: "anthropic-messages",
      apiKey: { source: "env", provider: "default", id: "OPENCLAW_MODEL_KEY_FIELD_WORK" },
      models: [{ id: "golden-other", name: "golden-other" }],
    });
    expect(plugins.allow).toEqual(["memory-core", "anthropic"]);
  });

  it("on the page what is missing, and nothing where nothing is", () => {
    const stripe = (settings: MachineSettings) => openclaw(settings).gateway.controlUi.environment;
    expect(stripe(minimal)).toEqual({ label: "model is not set", color: "red" });
    const model = { provider: "openai", id: "m" } as const;
    expect(stripe({ ...minimal, model })).toEqual({ label: "model.apiKey is not set", color: "red" });
    expect(stripe({ ...minimal, model: { ...model, provider: "custom" } })).toBeUndefined();
    expect(stripe(full)).toBeUndefined();
  });

  it("agents with their own limits and tools", () => {
    const { entries } = openclaw(full).agents;
    expect(entries.main).toEqual({
      workspace: "/var/lib/openclaw/workspace/main",
      sandbox: { docker: { memory: "512m", memorySwap: "512m", cpus: 1, pidsLimit: 256 } },
    });
    expect(entries["field-work"]).toMatchObject({
      tools: { allow: ["exec", "read"], deny: ["process"] },
      sandbox: { docker: { memory: "1024m", memorySwap: "1024m", cpus: 1.5, pidsLimit: 100 } },
    });
  });

  it("a gateway that pairs nobody unasked and runs agents nowhere but in the sandbox", () => {
    const { gateway, agents, tools } = openclaw(minimal);
    expect(gateway).toMatchObject({
      bind: "loopback",
      auth: { mode: "token", allowTailscale: false },
      trustedProxies: ["127.0.0.1", "::1"],
      allowRealIpFallback: false,
      nodes: { pairing: { autoApproveLocal: false, sshVerify: false } },
    });
    expect(agents.defaults.sandbox).toMatchObject({ mode: "all", workspaceAccess: "none" });
    expect(agents.defaults.sandbox.docker).toMatchObject({ network: "none", capDrop: ["ALL"] });
    expect(tools).toMatchObject({ elevated: { enabled: false }, exec: { host: "sandbox" } });
  });
});
