import {
  ComponentResource,
  type ComponentResourceOptions,
  interpolate,
  log,
  type Output,
  output,
  secret,
} from "@pulumi/pulumi";
import pins from "../cloud-init/pins.json" with { type: "json" };
import { assignAddress, createAddress } from "./address.ts";
import type { OpenClawGatewayArgs } from "./args.ts";
import { sayDowntime } from "./downtime.ts";
import { createFirewall, createTag } from "./firewall.ts";
import { createGatewayKey } from "./gateway-key.ts";
import { createMachine } from "./machine.ts";
import { notices } from "./notices.ts";
import { waitUntilReady } from "./readiness.ts";
import { resolveArgs } from "./resolve-args.ts";
import { createSshHostKey } from "./ssh-host-key.ts";
import { createVolume } from "./volume.ts";

export type {
  AcmeArgs,
  AdminArgs,
  AgentArgs,
  AgentLimitsArgs,
  AgentNetworkArgs,
  AgentToolsArgs,
  ModelArgs,
  ModelProvider,
  OpenClawGatewayArgs,
  VolumeArgs,
} from "./args.ts";

const versions = Object.fromEntries(Object.entries(pins).map(([name, pin]) => [name, pin.version]));

/**
 * OpenClaw on a hardened DigitalOcean Droplet, behind HTTPS on an address that stays.
 *
 * What is wrong with the args is said at preview, all of it at once, before anything is made. To change what this
 * component makes beyond its args, use Pulumi's own `transforms`.
 *
 * @example
 * ```ts
 * const gateway = new OpenClawGateway("gateway", {
 *   region: "fra1",
 *   admin: { publicKey: readFileSync("id_ed25519.pub", "utf8"), cidrs: ["203.0.113.5/32"] },
 *   model: { provider: "gradient", id: "openai-gpt-oss-120b", apiKey: config.requireSecret("modelKey") },
 * });
 * export const { url, gatewayKey } = gateway;
 * ```
 */
export class OpenClawGateway extends ComponentResource {
  /** Where the gateway is opened: `https://` and the domain or the address, without a slash at its end. */
  readonly url: Output<string>;

  /**
   * The shared key that a new browser or device presents: 48 letters and digits. Secret. It stays when the Droplet is
   * replaced; `pulumi up --replace '**::NAME-key'` makes another, which replaces the Droplet; paired devices stay.
   */
  readonly gatewayKey: Output<string>;

  /** `url` with the key behind `#token=`, which no server or log sees: open it once in each new browser. Secret. */
  readonly dashboardUrl: Output<string>;

  /** The Reserved IP, IPv4; a domain's A record points at it. It stays when the Droplet is replaced. */
  readonly ipAddress: Output<string>;

  /** DigitalOcean's number of the Droplet, as a text. Another one after each replacement. */
  readonly dropletId: Output<string>;

  /**
   * The machine's SSH host key, one line `ssh-ed25519 AAAA...`: an address before it makes a line of known_hosts.
   * It stays when the Droplet is replaced. Undefined without `admin`; `admin` removed and set again makes a new one.
   */
  readonly sshHostKey: Output<string | undefined>;

  /** DigitalOcean's UUID of the Volume that holds the state. It stays when the Droplet is replaced. */
  readonly volumeId: Output<string>;

  /** DigitalOcean's UUID of the firewall. */
  readonly firewallId: Output<string>;

  /** What the machine runs, by name: such as `{ openclaw: "2026.9.6" }`. */
  readonly versions: Output<Record<string, string>>;

  /** What the gateway still lacks to be of use, each with its cure; empty when nothing. Said at preview, too. */
  readonly notices: Output<string[]>;

  /** @param name 1 to 40 letters, digits and hyphens; it begins the Droplet's host name and every child's name. */
  constructor(name: string, args: OpenClawGatewayArgs = {}, opts?: ComponentResourceOptions) {
    const resolved = resolveArgs(name, args);
    super("openclaw-droplet:index:OpenClawGateway", name, {}, opts);

    const key = createGatewayKey(name, this);
    const address = createAddress(name, resolved.region, this);
    const origin = interpolate`https://${resolved.domain ?? address.ipAddress}`;
    const tag = createTag(name, this);
    const firewall = createFirewall(name, tag, resolved, this);
    const hostKey = resolved.admin && createSshHostKey(name, this);
    const volume = createVolume(name, resolved, this);
    const machine = createMachine(
      name,
      { args: resolved, origin, gatewayKey: key.result, hostKey: hostKey?.pair, volume, tag, firewall },
      this,
    );
    const assignment = assignAddress(name, address, machine, this);
    const { caRoot } = resolved.acme;
    const path = [assignment, firewall];
    const gate = waitUntilReady(name, { url: origin, address, machine, caRoot, path }, this);
    void sayDowntime({ address, machine, gate }, this);

    const lacking = notices(resolved);
    for (const notice of lacking) log.warn(notice, this);

    this.url = origin;
    this.gatewayKey = secret(key.result);
    this.dashboardUrl = secret(interpolate`${origin}/#token=${key.result}`);
    this.ipAddress = address.ipAddress;
    this.dropletId = machine.id;
    this.sshHostKey = output(hostKey?.publicKey);
    this.volumeId = volume.id;
    this.firewallId = firewall.id;
    this.versions = output(versions);
    this.notices = output(lacking);
    this.registerOutputs({
      url: this.url,
      gatewayKey: this.gatewayKey,
      dashboardUrl: this.dashboardUrl,
      ipAddress: this.ipAddress,
      dropletId: this.dropletId,
      sshHostKey: this.sshHostKey,
      volumeId: this.volumeId,
      firewallId: this.firewallId,
      versions: this.versions,
      notices: this.notices,
    });
  }
}
