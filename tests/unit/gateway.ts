import { jest } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { OpenClawGatewayArgs } from "../../components/args.ts";
import { OpenClawGateway } from "../../components/open-claw-gateway.ts";
import { type Made, mockCloud, settle } from "./cloud.ts";

/** Pulumi's warnings: heard here, and kept out of the tests' own output. */
export const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();

/** Makes a gateway in a cloud of its own and waits for all of it. */
export async function makeGateway(
  args: OpenClawGatewayArgs = {},
  stack = "test",
): Promise<{ gateway: OpenClawGateway; made: Made[] }> {
  const made = await mockCloud({ stack });
  const gateway = new OpenClawGateway("gw", args);
  await settle(gateway);
  return { gateway, made };
}
