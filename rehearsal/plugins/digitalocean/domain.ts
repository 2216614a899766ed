import type { CloudResource } from "./cloud-resource.ts";

export const domain: CloudResource = {
  inputs: { name: { required: true, replaces: true }, ipAddress: { replaces: true } },
  collection: () => "/v2/domains",
  envelope: "domain",
  idProperty: "name",
  body: ({ name, ipAddress }) => ({ name, ip_address: ipAddress }),
  outputs: ({ name, ttl }, { ipAddress }) => ({ name, ipAddress, ttl, domainUrn: `do:domain:${name}` }),
};
