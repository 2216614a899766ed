import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./api.ts";
import type { CloudResource } from "./cloud-resource.ts";

/** How long a VPC may still have members after they were deleted, in milliseconds. */
const patience = 120_000;

export const vpc: CloudResource = {
  inputs: {
    name: {},
    region: { required: true, replaces: true },
    description: {},
    ipRange: { replaces: true, computed: true },
  },
  autoName: true,
  collection: () => "/v2/vpcs",
  envelope: "vpc",
  idProperty: "id",
  body: ({ name, region, description, ipRange }) => ({ name, region, description, ip_range: ipRange }),
  outputs: (thing) => ({
    name: thing.name,
    region: thing.region,
    description: thing.description,
    ipRange: thing.ip_range,
    default: thing.default,
    createdAt: thing.created_at,
    vpcUrn: thing.urn,
  }),
  async update(api, path, _olds, { name, description }) {
    await api.put(path, { name, description, default: false });
  },
  async remove(api, path) {
    for (const end = Date.now() + patience; ; await sleep(1000)) {
      try {
        await api.delete(path);
        return;
      } catch (error) {
        const busy = error instanceof ApiError && (error.status === 403 || error.status === 409);
        if (!busy || Date.now() > end) throw error;
      }
    }
  },
};
