import { keyFrom, models } from "./models.ts";
import type { AgentSettings, MachineSettings } from "./settings.ts";

/** Name of the variable that holds the gateway's key, in gateway.env and in OpenClaw's reference to it. */
export const gatewayKeyVariable = "OPENCLAW_GATEWAY_TOKEN";

/** openclaw.json: what OpenClaw may do on this machine. Keys are references, never here. */
export function openclawConfig(settings: MachineSettings): object {
  const { origin, agents } = settings;
  const { providers, keys, plugins, ofAll, ofAgent, lack } = models(settings);
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
      controlUi: {
        enabled: true,
        allowedOrigins: [origin],
        // A stripe at the top of the page.
        ...(lack && { environment: { label: lack, color: "red" } }),
      },
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
          allowlist: [gatewayKeyVariable, ...Object.keys(keys)],
        },
      },
    },
    ...(Object.keys(providers).length > 0 && { models: { mode: "merge", providers } }),
    agents: {
      ownership: "explicit",
      entries: Object.fromEntries(
        Object.entries(agents).map(([name, agent]) => [name, entry(name, agent, ofAgent[name])]),
      ),
      defaults: {
        // Who is asked where nobody is named.
        systemAgent: { agentId: "main" },
        // OpenClaw's own default would be a model of OpenAI's; this name is what an agent answers with.
        model: { primary: ofAll ?? "none/model-is-not-set" },
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
            // With a size: what is in them is memory, and cannot be killed.
            tmpfs: ["/tmp:size=128m", "/var/tmp:size=64m", "/run:size=16m"],
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
    plugins: { allow: ["memory-core", ...plugins] },
    memory: { search: { enabled: false } },
    discovery: { mdns: { mode: "off" } },
    update: { checkOnStart: false, auto: { enabled: false } },
    telemetry: { enabled: false },
    logging: { level: "info", file: "/var/log/openclaw/openclaw.log" },
  };
}

/** What is an agent's own. */
function entry(name: string, { tools, limits, network }: AgentSettings, model: string | undefined): object {
  const { memory, cpus, processes } = limits;
  return {
    // Named, since the page and the command line would each derive another, and so another container.
    workspace: `/var/lib/openclaw/workspace/${name}`,
    ...(model && { model: { primary: model } }),
    ...(tools && { tools }),
    sandbox: {
      docker: {
        memory: `${memory}m`,
        memorySwap: `${memory}m`,
        cpus,
        pidsLimit: processes,
        ...(network !== "none" && throughProxy(name)),
      },
    },
  };
}

/** A container without a network, as all: what its programs send to the proxy leaves by the agent's own socket. */
const throughProxy = (agent: string) => ({
  binds: [`/var/lib/openclaw-egress/${agent}:/run/egress:ro`],
  // Outside of workspaces; where a bind leads to is written here alone, and nobody can change it.
  dangerouslyAllowExternalBindSources: true,
  // curl reads the small ones, others the large ones.
  env: {
    HTTP_PROXY: proxyInContainer,
    HTTPS_PROXY: proxyInContainer,
    NO_PROXY: notProxied,
    http_proxy: proxyInContainer,
    https_proxy: proxyInContainer,
    no_proxy: notProxied,
  },
});

/** The entrypoint of the containers' image listens there (sandbox-image). */
const proxyInContainer = "http://127.0.0.1:3128";
const notProxied = "localhost,127.0.0.1,::1";
