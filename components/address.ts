import { type Droplet, ReservedIp, ReservedIpAssignment } from "@pulumi/digitalocean";
import type { Input, Resource } from "@pulumi/pulumi";

/** An address that outlives every Droplet, so that the URL or the domain's A record stays true. */
export function createAddress(name: string, region: Input<string>, parent: Resource): ReservedIp {
  return new ReservedIp(`${name}-address`, { region }, { parent });
}

export function assignAddress(
  name: string,
  address: ReservedIp,
  machine: Droplet,
  parent: Resource,
): ReservedIpAssignment {
  return new ReservedIpAssignment(
    `${name}-address`,
    { ipAddress: address.ipAddress, dropletId: machine.id.apply(Number) },
    { parent },
  );
}
