import { afterAll } from "@jest/globals";
import { Device, signIn } from "../../machine/client/sign-in.ts";
import { outputOf } from "../../machine/in-droplet.ts";

let paired: Promise<Device> | undefined;

/** A device that the administrator has approved, for controls: what attackers are refused it may do. */
export async function pairedDevice(): Promise<Device> {
  paired ??= pair();
  return await paired;
}

async function pair(): Promise<Device> {
  const device = new Device();
  const { requestId } = await signIn({ device });
  await outputOf(`openclaw devices approve ${requestId}`);
  return device;
}

afterAll(async () => {
  if (paired) await outputOf(`openclaw devices remove ${(await paired).id}`);
}, 60_000);
