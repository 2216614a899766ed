import type { AgentSettings, MachineSettings } from "../../cloud-init/settings.ts";

const main: AgentSettings = { limits: { memory: 512, cpus: 1, processes: 256 }, network: "none" };

/** Fixed settings, each with its own expected user-data: NAME.yaml beside this file. */
export const minimal: MachineSettings = {
  origin: "https://198.51.100.7",
  gatewayKey: "golden-gateway-key-0123456789abcdefghijklmnopqrs",
  volume: "volume-openclaw-golden",
  acme: {},
  agents: { main },
};

export const full: MachineSettings = {
  origin: "https://claw.example.com",
  gatewayKey: minimal.gatewayKey,
  volume: minimal.volume,
  acme: {
    email: "ops@example.com",
    directory: "https://ca.example.com/acme/directory",
    caRoot: "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n",
  },
  model: { provider: "gradient", id: "golden-model", apiKey: 'golden-"model"-key $HOME `id` \\' },
  agents: {
    "field-work": {
      model: { provider: "anthropic", id: "golden-other", apiKey: "golden-other-key" },
      tools: { allow: ["exec", "read"], deny: ["process"] },
      limits: { memory: 1024, cpus: 1.5, processes: 100 },
      network: { hosts: ["api.example.com", "example.org"] },
    },
    main,
    scribe: { ...main, model: { provider: "gradient", id: "golden-small" } },
  },
  admin: {
    publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdvbGRlbmdvbGRlbmdvbGRlbmdvbGRlbmdvbGRlbg golden",
    hostKey: {
      privateKey:
        "-----BEGIN OPENSSH PRIVATE KEY-----\nZ29sZGVuLWhvc3Qta2V5\n-----END OPENSSH PRIVATE KEY-----\n",
      publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGhvc3Rob3N0aG9zdGhvc3Rob3N0aG9zdGhvc3Rob3N0",
    },
  },
};

export const all: Readonly<Record<string, MachineSettings>> = { minimal, full };
