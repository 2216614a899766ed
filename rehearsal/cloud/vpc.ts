import { randomUUID } from "node:crypto";
import { now } from "./ids.ts";
import { type Region, regions } from "./regions.ts";
import type { State } from "./state.ts";

/** A private network. Only its addresses and its membership exist here: no packets flow in it. */
export interface Vpc {
  readonly id: string;
  readonly region: Region;
  /** CIDR, IPv4. */
  readonly ipRange: string;
  readonly createdAt: string;
  name: string;
  description: string;
  isDefault: boolean;
}

/** The network that new resources of a region are in unless they name another. */
export const defaultVpcs = (): Vpc[] =>
  regions.map((region, index) => ({
    id: randomUUID(),
    region,
    ipRange: `10.${108 + index}.0.0/20`,
    createdAt: now(),
    name: `default-${region.slug}`,
    description: "",
    isDefault: true,
  }));

export const defaultVpc = (state: State, region: Region) =>
  [...state.vpcs.values()].find((vpc) => vpc.isDefault && vpc.region === region);

export const vpcMembers = (state: State, vpc: Vpc) =>
  [...state.droplets.values()].filter((droplet) => droplet.vpcId === vpc.id);
