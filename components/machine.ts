import { Droplet, type Firewall, type Tag, type Volume } from "@pulumi/digitalocean";
import { all, getStack, type Output, output, type Resource, secret } from "@pulumi/pulumi";
import type { MachineSettings } from "../cloud-init/settings.ts";
import { userData } from "../cloud-init/user-data.ts";
import { ed25519KeyPair, type SshKeyPair } from "./ed25519-key-pair.ts";
import { InvalidArgs } from "./invalid-args.ts";
import type { ResolvedArgs } from "./resolve-args.ts";

interface MachineInputs {
  readonly args: ResolvedArgs;
  /** The URL under which it is opened. */
  readonly origin: Output<string>;
  readonly gatewayKey: Output<string>;
  /** Where there is an admin. */
  readonly hostKey: Output<SshKeyPair> | undefined;
  /** Plugged in before the machine boots, taken out after it has shut down. */
  readonly volume: Volume;
  readonly tag: Tag;
  /** Exists before the machine, so that there is no first open minute. */
  readonly firewall: Firewall;
}

/** The Droplet. What must last is on the Volume; user-data makes all the rest again, and a change there replaces it. */
export function createMachine(name: string, inputs: MachineInputs, parent: Resource): Droplet {
  const { args, tag, firewall, volume } = inputs;
  return new Droplet(
    `${name}-machine`,
    {
      // A name of its own, not a generated one: the host name stays the same from machine to machine.
      name: `${name}-${getStack()}`.replace(/[^A-Za-z0-9-]/g, "-"),
      image: "debian-13-x64",
      region: args.region,
      size: args.size,
      // The disk keeps its size, so that a resize can be undone.
      resizeDisk: false,
      monitoring: true,
      // The web console's agent lets DigitalOcean sign in as root by SSH.
      dropletAgent: false,
      // One address, one origin: a second family would be a second way in.
      ipv6: false,
      backups: args.backups,
      vpcUuid: args.vpcUuid,
      tags: all([tag.name, args.tags]).apply(([own, more]) => [own, ...more]),
      // The Volume's file system is clean when the next machine mounts it.
      gracefulShutdown: true,
      volumeIds: [volume.id],
      userData: secret(renderUserData(name, inputs)),
    },
    {
      parent,
      dependsOn: [firewall],
      // Never two machines at once: both would poll the same channels, and there is one address and one Volume.
      deleteBeforeReplace: true,
      // The gateway first ends what it is at, for 330 s at most; the provider's own limit for all of it is 60 s:
      // https://github.com/digitalocean/terraform-provider-digitalocean/issues/1586
      customTimeouts: { delete: "10m" },
    },
  );
}

/** The user-data; what is wrong with it is said at preview, too, when address and keys are not known yet. */
function renderUserData(name: string, inputs: MachineInputs): Output<string> {
  const { acme, agents, model, domain } = inputs.args;
  const publicKey = inputs.args.admin?.publicKey;
  return output({ acme, agents, model, publicKey, domain }).apply(({ publicKey, domain, ...known }) => {
    const settings = ({ origin, gatewayKey, hostKey, volume }: LaterSettings): MachineSettings => ({
      ...known,
      ...(publicKey !== undefined && hostKey !== undefined && { admin: { publicKey, hostKey } }),
      origin,
      gatewayKey,
      volume,
    });
    refuseTooLarge(
      name,
      settings({
        origin: `https://${domain ?? "255.255.255.255"}`,
        gatewayKey: "0".repeat(48),
        hostKey: ed25519KeyPair(Buffer.alloc(32)),
        volume: "v".repeat(64),
      }),
    );
    const { origin, gatewayKey, hostKey, volume } = inputs;
    return output({ origin, gatewayKey, hostKey, volume: volume.name }).apply((later) =>
      userData(settings(later)),
    );
  });
}

/** What is known once other resources are made. */
interface LaterSettings {
  readonly origin: string;
  readonly gatewayKey: string;
  readonly hostKey: SshKeyPair | undefined;
  /** The Volume's name. */
  readonly volume: string;
}

/** @param settings with stand-ins of full length for what is not known yet. */
function refuseTooLarge(name: string, settings: MachineSettings): void {
  try {
    userData(settings);
  } catch (error) {
    throw new InvalidArgs(name, [(error as Error).message]);
  }
}
