import { outputOf } from "./in-droplet.ts";

/** The proxy's own answer, where the gateway's could be quicker: meanwhile the gateway stands still. */
export async function withoutGateway<T>(work: () => Promise<T>): Promise<T> {
  const signal = (name: string) => outputOf(`systemctl kill --signal ${name} openclaw-gateway`);
  await signal("STOP");
  try {
    return await work();
  } finally {
    await signal("CONT");
  }
}
