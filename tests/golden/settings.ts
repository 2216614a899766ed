import type { MachineSettings } from "../../cloud-init/settings.ts";

/** Fixed settings, each with its own expected user-data: NAME.yaml beside this file. */
export const minimal: MachineSettings = {
  origin: "https://198.51.100.7",
  gatewayKey: "golden-gateway-key-0123456789abcdefghijklmnopqrs",
  acme: {},
};

export const full: MachineSettings = {
  origin: "https://claw.example.com",
  gatewayKey: minimal.gatewayKey,
  acme: {
    email: "ops@example.com",
    directory: "https://ca.example.com/acme/directory",
    caRoot: "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n",
  },
  model: { provider: "gradient", id: "golden-model", apiKey: 'golden-"model"-key $HOME `id` \\' },
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
