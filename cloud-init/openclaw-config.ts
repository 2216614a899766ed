import type { MachineSettings } from "./settings.ts";

/** Names of the variables that hold keys, in gateway.env and in OpenClaw's references to them. */
export const gatewayKeyVariable = "OPENCLAW_GATEWAY_TOKEN";
export const modelKeyVariable = "OPENCLAW_MODEL_KEY";

type Model = NonNullable<MachineSettings["model"]>;

interface Provider {
  readonly baseUrl?: string;
  /** OpenClaw's adapter for the provider's protocol. */
  readonly api: "openai-completions" | "openai-responses" | "anthropic-messages";
  /** OpenClaw's bundled plugin for this provider, to be allowed. */
  readonly plugin?: string;
  readonly compat?: object;
}

/** DigitalOcean's inference and most OpenAI-compatible servers know neither `store` nor `max_completion_tokens`. */
const olderOpenAi = { supportsStore: false, maxTokensField: "max_tokens" };

const providers: Readonly<Record<Model["provider"], Provider>> = {
  gradient: { baseUrl: "https://inference.do-ai.run/v1", api: "openai-completions", compat: olderOpenAi },
  openai: { baseUrl: "https://api.openai.com/v1", api: "openai-responses", plugin: "openai" },
  anthropic: { baseUrl: "https://api.anthropic.com", api: "anthropic-messages", plugin: "anthropic" },
  openrouter: { baseUrl: "https://openrouter.ai/api/v1", api: "openai-completions", plugin: "openrouter" },
  custom: { api: "openai-completions", compat: olderOpenAi },
};

const keyFrom = (variable: string) => ({ source: "env", provider: "default", id: variable });

/** openclaw.json: what OpenClaw may do on this machine. Keys are references, never here. */
export function openclawConfig(settings: MachineSettings): object {
  const { origin, model } = settings;
  return {
    gateway: {
      mode: "local",
      bind: "loopback",
      port: 18789,
      publicOrigin: origin,
      auth: {
        mode: "token",
        token: keyFrom(gatewayKeyVariable),
        allowTailscale: false,
        rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000 },
      },
      // Caddy, which overwrites X-Forwarded-For.
      trustedProxies: ["127.0.0.1", "::1"],
      allowRealIpFallback: false,
      controlUi: { enabled: true, allowedOrigins: [origin] },
      // A request that looks local would otherwise be paired as an administrator without a question.
      nodes: { pairing: { autoApproveLocal: false, sshVerify: false } },
      tailscale: { mode: "off" },
      terminal: { enabled: false },
      reload: { mode: "off" },
    },
    secrets: {
      providers: {
        default: {
          source: "env",
          allowlist: [gatewayKeyVariable, ...(model?.apiKey === undefined ? [] : [modelKeyVariable])],
        },
      },
    },
    ...(model && { models: { mode: "merge", providers: { [model.provider]: provider(model) } } }),
    agents: {
      ownership: "explicit",
      entries: { main: {} },
      defaults: {
        workspace: "/var/lib/openclaw/workspace",
        ...(model && { model: { primary: `${model.provider}/${model.id}` } }),
        sandbox: {
          mode: "all",
          backend: "docker",
          scope: "agent",
          workspaceAccess: "none",
          // An idmapped mount shows this directory to the runtime as its own user's (run-openclaw-workspaces.mount).
          workspaceRoot: "/var/lib/openclaw-workspaces",
          docker: {
            image: "openclaw-sandbox:trixie-slim",
            // Root of the rootless runtime's user namespace, which is nobody outside of it.
            user: "0:0",
            network: "none",
            // Without a PATH of its own OpenClaw gives it the gateway's.
            env: { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" },
            readOnlyRoot: true,
            capDrop: ["ALL"],
            tmpfs: ["/tmp", "/var/tmp", "/run"],
            pidsLimit: 256,
            memory: "512m",
            memorySwap: "512m",
            cpus: 1,
            ulimits: { nofile: { soft: 1024, hard: 2048 } },
          },
          browser: { enabled: false },
          prune: { idleHours: 24, maxAgeDays: 7 },
        },
      },
    },
    tools: {
      deny: ["gateway", "nodes", "browser", "canvas"],
      elevated: { enabled: false },
      exec: { host: "sandbox" },
      fs: { workspaceOnly: true },
      sessions: { visibility: "agent" },
      agentToAgent: { enabled: false },
    },
    session: { dmScope: "per-channel-peer" },
    plugins: { allow: ["memory-core", ...pluginOf(model)] },
    memory: { search: { enabled: false } },
    discovery: { mdns: { mode: "off" } },
    update: { checkOnStart: false, auto: { enabled: false } },
    telemetry: { enabled: false },
    logging: { level: "info", file: "/var/log/openclaw/openclaw.log" },
  };
}

function pluginOf(model: Model | undefined): string[] {
  const plugin = model && providers[model.provider].plugin;
  return plugin === undefined ? [] : [plugin];
}

function provider(model: Model): object {
  const { baseUrl, api, compat } = providers[model.provider];
  return {
    baseUrl: model.baseUrl ?? baseUrl,
    api,
    ...(model.apiKey !== undefined && { apiKey: keyFrom(modelKeyVariable) }),
    models: [{ id: model.id, name: model.id, ...(compat && { compat }) }],
  };
}
