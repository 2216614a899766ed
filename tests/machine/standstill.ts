import { setTimeout as sleep } from "node:timers/promises";
import { outputOf } from "./in-droplet.ts";

/** The proxy's own answer, where the gateway's could be quicker: meanwhile the gateway stands still. */
export async function withoutGateway<T>(work: () => Promise<T>): Promise<T> {
  const signal = (name: string) => outputOf(`systemctl kill --signal ${name} openclaw-gateway`);
  await signal("STOP");
  try {
    const tooLong = sleep(10_000, undefined, { ref: false }).then(() => {
      throw new Error("the proxy waits for the gateway, where it should have answered itself");
    });
    return await Promise.race([work(), tooLong]);
  } finally {
    await signal("CONT");
  }
}
