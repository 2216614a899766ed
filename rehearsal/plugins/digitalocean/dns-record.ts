import type { Properties } from "../shared/properties.ts";
import type { CloudResource, Thing } from "./cloud-resource.ts";

/** Records whose data is a name: DigitalOcean gives it back without the dot at its end. */
const namesOthers = ["CNAME", "MX", "NS", "SRV", "CAA"];

export const dnsRecord: CloudResource = {
  inputs: {
    domain: { required: true, replaces: true },
    type: { required: true, replaces: true },
    value: { required: true },
    name: {},
    ttl: { computed: true },
    priority: { computed: true },
    port: { computed: true },
    weight: { computed: true },
    flags: { computed: true },
    tag: {},
  },
  autoName: true,
  collection: ({ domain }) => `/v2/domains/${domain}/records`,
  envelope: "domain_record",
  idProperty: "id",
  body: (inputs) => ({ type: inputs.type, ...changeable(inputs) }),
  outputs: (thing, { domain }) => ({
    domain,
    type: thing.type,
    value: namesOthers.includes(String(thing.type)) && thing.data !== "@" ? `${thing.data}.` : thing.data,
    name: thing.name,
    ttl: thing.ttl,
    priority: thing.priority,
    port: thing.port,
    weight: thing.weight,
    flags: thing.flags,
    tag: thing.tag,
    fqdn: thing.name === "@" ? domain : `${thing.name}.${domain}`,
  }),
  async update(api, path, _olds, news) {
    await api.put(path, changeable(news));
  },
};

function changeable(inputs: Properties): Thing {
  return {
    name: inputs.name,
    data: inputs.value,
    priority: inputs.priority ?? 0,
    port: inputs.port ?? 0,
    ttl: inputs.ttl,
    weight: inputs.weight ?? 0,
    flags: inputs.flags ?? 0,
    tag: inputs.tag,
  };
}
