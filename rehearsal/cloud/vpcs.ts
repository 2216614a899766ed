import { randomUUID } from "node:crypto";
import ipaddr from "ipaddr.js";
import { forbidden, notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { now } from "./ids.ts";
import { paged } from "./pages.ts";
import { openRegion } from "./regions.ts";
import { type Call, created, del, get, noContent, ok, patch, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";
import { defaultVpc, type Vpc, vpcMembers } from "./vpc.ts";

const NAME = /^[A-Za-z0-9.-]+$/;

function name(state: State, text: string, self?: Vpc): string {
  if (!NAME.test(text))
    throw unprocessable("Name may only contain alphanumeric characters, dashes, and periods.");
  const taken = [...state.vpcs.values()].some((vpc) => vpc.name === text && vpc !== self);
  if (taken) throw unprocessable("A VPC with that name already exists in your account.");
  return text;
}

/** As first and last address, by which overlaps are seen. */
function bounds(cidr: string): readonly [number, number] {
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const first = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  return [first, first + 2 ** (32 - bits) - 1];
}

function ipRange(state: State, cidr: string): string {
  if (!ipaddr.IPv4.isValidCIDR(cidr)) throw unprocessable("ip_range is not a valid CIDR range.");
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  if (address.range() !== "private") throw unprocessable("ip_range must be within a private address range.");
  if (bits < 16 || bits > 28) throw unprocessable("ip_range must be between a /16 and a /28.");
  const [first, last] = bounds(cidr);
  for (const vpc of state.vpcs.values()) {
    const [from, to] = bounds(vpc.ipRange);
    if (first <= to && from <= last)
      throw unprocessable(
        `This range/size overlaps with another VPC network in your account: ${vpc.ipRange}.`,
      );
  }
  return cidr;
}

/** A /20 that no other VPC has. */
function freeRange(state: State): string {
  const used = new Set([...state.vpcs.values()].map((vpc) => vpc.ipRange.split(".").slice(0, 2).join(".")));
  for (let second = 0; second < 256; second += 1) {
    if (!used.has(`10.${second}`)) return `10.${second}.0.0/20`;
  }
  throw unprocessable("There is no free ip_range.");
}

function known(state: State, call: Call): Vpc {
  const vpc = state.vpcs.get(call.param("vpc"));
  if (!vpc) throw notFound();
  return vpc;
}

function change(state: State, vpc: Vpc, fields: Fields): void {
  const newName = fields.text("name");
  if (newName !== undefined) vpc.name = name(state, newName, vpc);
  vpc.description = fields.text("description") ?? vpc.description;
  if (fields.flag("default")) {
    const previous = defaultVpc(state, vpc.region);
    if (previous) previous.isDefault = false;
    vpc.isDefault = true;
  }
}

const vpcView = (vpc: Vpc) => ({
  id: vpc.id,
  urn: `do:vpc:${vpc.id}`,
  name: vpc.name,
  description: vpc.description,
  region: vpc.region.slug,
  ip_range: vpc.ipRange,
  default: vpc.isDefault,
  created_at: vpc.createdAt,
});

export const vpcRoutes = (state: State): readonly Route[] => [
  get("/v2/vpcs", (call) => paged(call, "vpcs", state.vpcs.values(), vpcView)),
  post("/v2/vpcs", (call) => {
    const range = call.body.text("ip_range");
    const vpc: Vpc = {
      id: randomUUID(),
      name: name(state, call.body.requiredText("name")),
      region: openRegion(call.body.requiredText("region"), "Region is not available"),
      description: call.body.text("description") ?? "",
      ipRange: range ? ipRange(state, range) : freeRange(state),
      createdAt: now(),
      isDefault: false,
    };
    state.vpcs.set(vpc.id, vpc);
    return created({ vpc: vpcView(vpc) });
  }),
  get("/v2/vpcs/:vpc", (call) => ok({ vpc: vpcView(known(state, call)) })),
  put("/v2/vpcs/:vpc", (call) => {
    call.body.requiredText("name");
    change(state, known(state, call), call.body);
    return ok({ vpc: vpcView(known(state, call)) });
  }),
  patch("/v2/vpcs/:vpc", (call) => {
    change(state, known(state, call), call.body);
    return ok({ vpc: vpcView(known(state, call)) });
  }),
  del("/v2/vpcs/:vpc", (call) => {
    const vpc = known(state, call);
    if (vpc.isDefault) throw forbidden("Can not delete the default VPC");
    if (vpcMembers(state, vpc).length > 0) throw forbidden("Can not delete VPC with members");
    state.vpcs.delete(vpc.id);
    return noContent;
  }),
  get("/v2/vpcs/:vpc/members", (call) =>
    paged(call, "members", vpcMembers(state, known(state, call)), (droplet) => ({
      urn: `do:droplet:${droplet.id}`,
      name: droplet.name,
      created_at: droplet.createdAt,
    })),
  ),
];
