import type { CloudResource, Thing } from "./cloud-resource.ts";

export const reservedIp: CloudResource = {
  inputs: { region: { required: true, replaces: true } },
  collection: () => "/v2/reserved_ips",
  envelope: "reserved_ip",
  idProperty: "ip",
  body: ({ region }) => ({ region }),
  outputs: ({ ip, region, droplet }) => ({
    ipAddress: ip,
    region: (region as Thing).slug,
    reservedIpUrn: `do:reservedip:${ip}`,
    dropletId: (droplet as Thing | null)?.id,
  }),
};
