import type { ResourceType } from "../shared/resource-type.ts";
import type { Api } from "./api.ts";
import { type CloudResource, resourceType } from "./cloud-resource.ts";
import { dnsRecord } from "./dns-record.ts";
import { domain } from "./domain.ts";
import { droplet } from "./droplet.ts";
import { firewall } from "./firewall.ts";
import { reservedIp } from "./reserved-ip.ts";
import { reservedIpAssignment } from "./reserved-ip-assignment.ts";
import { sshKey } from "./ssh-key.ts";
import { tag } from "./tag.ts";
import { volume } from "./volume.ts";
import { volumeAttachment } from "./volume-attachment.ts";
import { vpc } from "./vpc.ts";

/** The plugin's resource types by their type tokens. */
export function resourceTypes(connect: (signal: AbortSignal) => Api): Record<string, ResourceType> {
  const of = (cloud: CloudResource) => resourceType(cloud, connect);
  return {
    "digitalocean:index/droplet:Droplet": of(droplet),
    "digitalocean:index/firewall:Firewall": of(firewall),
    "digitalocean:index/tag:Tag": of(tag),
    "digitalocean:index/reservedIp:ReservedIp": of(reservedIp),
    "digitalocean:index/reservedIpAssignment:ReservedIpAssignment": reservedIpAssignment(connect),
    "digitalocean:index/volume:Volume": of(volume),
    "digitalocean:index/volumeAttachment:VolumeAttachment": volumeAttachment(connect),
    "digitalocean:index/sshKey:SshKey": of(sshKey),
    "digitalocean:index/vpc:Vpc": of(vpc),
    "digitalocean:index/domain:Domain": of(domain),
    "digitalocean:index/dnsRecord:DnsRecord": of(dnsRecord),
  };
}
