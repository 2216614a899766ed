import { isIP } from "node:net";
import { stringify } from "yaml";
import { egressFiles, needsProxy } from "./egress.ts";
import { environmentFile } from "./environment-file.ts";
import { type MachineFile, verbatimFiles } from "./files.ts";
import { models } from "./models.ts";
import { gatewayKeyVariable, openclawConfig } from "./openclaw-config.ts";
import pins from "./pins.json" with { type: "json" };
import type { MachineSettings } from "./settings.ts";

/** The most that DigitalOcean takes as a Droplet's user_data, in bytes: 64 KiB. */
export const userDataLimit = 65_536;

/**
 * The whole machine as one `#cloud-config` document: the same bytes for the same settings, since one byte's
 * difference replaces the Droplet. Throws when it is larger than `userDataLimit`.
 */
export function userData(settings: MachineSettings): string {
  // cloud-init reads YAML 1.1: the newer default would leave "on" and "no" unquoted, which it takes for booleans.
  const yaml = stringify(cloudConfig(settings), {
    version: "1.1",
    lineWidth: 0,
    blockQuote: "literal",
    indent: 1,
    indentSeq: false,
  });
  const document = `#cloud-config\n${yaml}`;
  const size = Buffer.byteLength(document);
  if (size > userDataLimit) {
    throw new Error(
      `user-data is ${size} bytes, and DigitalOcean takes ${userDataLimit}: shorten the longest setting (is acme.caRoot more than one certificate?)`,
    );
  }
  return document;
}

/** The document as data. */
export function cloudConfig(settings: MachineSettings): object {
  const { admin } = settings;
  return {
    disable_root: true,
    ssh_pwauth: false,
    // Keys of the account that DigitalOcean puts on every Droplet open nothing here.
    allow_public_ssh_keys: false,
    // Whose connections nftables lets to the metadata service, besides root's.
    groups: ["metadata"],
    users: [
      service("openclaw", 600, "/var/lib/openclaw"),
      service("sandbox", 601, "/var/lib/openclaw-sandbox"),
      ...(admin === undefined
        ? []
        : [
            {
              name: "admin",
              shell: "/bin/bash",
              lock_passwd: true,
              sudo: "ALL=(ALL) NOPASSWD:ALL",
              ssh_authorized_keys: [admin.publicKey],
            },
          ]),
    ],
    ...(admin !== undefined && {
      // No other is made then.
      ssh_keys: { ed25519_private: admin.hostKey.privateKey, ed25519_public: admin.hostKey.publicKey },
    }),
    // Before it was ever started.
    ...(admin === undefined && {
      bootcmd: [["cloud-init-per", "instance", "no-ssh", "systemctl", "mask", "ssh.service", "ssh.socket"]],
    }),
    write_files: machineFiles(settings).map(({ path, permissions, owner, encoding, content }) => ({
      path,
      permissions,
      // Its owner is made after the first files are written.
      ...(owner !== undefined && { owner, defer: true }),
      ...(encoding !== undefined && { encoding }),
      content,
    })),
    runcmd: [["systemctl", "enable", "--now", "--no-block", "openclaw-setup.service"]],
  };
}

/** An account that a service runs under. Its number is fixed: unit names and what is on a disk depend on it. */
const service = (name: string, uid: number, homedir: string) => ({
  name,
  uid,
  system: true,
  homedir,
  no_create_home: true,
  shell: "/usr/sbin/nologin",
});

function machineFiles(settings: MachineSettings): MachineFile[] {
  const { acme, admin, gatewayKey } = settings;
  const secrets = { [gatewayKeyVariable]: gatewayKey, ...models(settings).keys };
  const files: MachineFile[] = [
    ...verbatimFiles({ admin: admin !== undefined, egress: needsProxy(settings) }),
    ...egressFiles(settings),
    {
      path: "/etc/openclaw/machine.env",
      content: environmentFile(machineValues(settings)),
      permissions: "0644",
    },
    { path: "/etc/openclaw/gateway.env", content: environmentFile(secrets), permissions: "0600" },
    {
      path: "/etc/openclaw/openclaw.json",
      content: `${JSON.stringify(openclawConfig(settings), null, 2)}\n`,
      // OpenClaw's own audit wants it to be the gateway's alone; the unit keeps it from being written.
      permissions: "0600",
      owner: "openclaw:openclaw",
    },
  ];
  if (acme.caRoot !== undefined) {
    files.push({ path: acmeRoots, content: acme.caRoot, permissions: "0644" });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const acmeRoots = "/etc/caddy/acme-roots.pem";

/** What the units and setup steps read: not secret. */
function machineValues({ acme, origin, volume }: MachineSettings): Record<string, string> {
  const host = new URL(origin).hostname;
  const isAddress = isIP(host) !== 0;
  return {
    ORIGIN: origin,
    SITE_HOST: host,
    RESERVED_ADDRESS: isAddress ? host : "",
    // As DigitalOcean's udev rule names it: https://docs.digitalocean.com/products/volumes/details/naming-conventions/
    VOLUME_DEVICE: `/dev/disk/by-id/scsi-0DO_Volume_${volume}`,
    ACME_DIRECTORY: acme.directory ?? "",
    ACME_EMAIL: acme.email ?? "",
    // Let's Encrypt certifies an IP address for six days only, and only under this name.
    ACME_PROFILE: isAddress ? "shortlived" : "",
    ACME_TRUSTED_ROOTS: acme.caRoot === undefined ? "/etc/ssl/certs/ca-certificates.crt" : acmeRoots,
    NODE_VERSION: pins.node.version,
    NODE_INTEGRITY: pins.node.integrity,
    NPM_PIN: `npm@${pins.npm.version}+sha512.${Buffer.from(pins.npm.integrity.slice("sha512-".length), "base64").toString("hex")}`,
    OPENCLAW_VERSION: pins.openclaw.version,
    OPENCLAW_BEFORE: pins.openclaw.before,
    OPENCLAW_CLOSURE: pins.openclaw.closure,
  };
}
