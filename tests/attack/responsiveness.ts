import { performance } from "node:perf_hooks";
import { request } from "../machine/client/http.ts";
import { ssh } from "../machine/client/ssh.ts";

/** Both ways to the machine: the gateway through the proxy, and SSH. */
const ways: Readonly<Record<string, () => Promise<boolean>>> = {
  gateway: async () => (await request({ path: "/healthz" })).status === 200,
  // signed in: sshd punishes an address that only looks at its banner
  ssh: async () => (await ssh({})).code === 0,
};

export interface Responsiveness {
  readonly asked: number;
  readonly failed: number;
  /** Seconds. */
  readonly slowest: number;
}

/** Asks both, again and again, while the work lasts. */
export async function during<T>(
  work: Promise<T>,
): Promise<{ result: T; seen: Record<string, Responsiveness> }> {
  let over = false;
  const end = work.finally(() => {
    over = true;
  });
  const watch = Object.entries(ways).map(async ([name, ask]) => {
    let [asked, failed, slowest] = [0, 0, 0];
    do {
      const start = performance.now();
      if (!(await ask().catch(() => false))) failed++;
      asked++;
      slowest = Math.max(slowest, (performance.now() - start) / 1000);
    } while (!over);
    return [name, { asked, failed, slowest }] as const;
  });
  const [result, ...seen] = await Promise.all([end, ...watch]);
  return { result, seen: Object.fromEntries(seen) };
}

export const inWords = (seen: Record<string, Responsiveness>) =>
  Object.entries(seen)
    .map(
      ([name, { asked, failed, slowest }]) =>
        `${name} answered ${asked - failed} of ${asked}, slowest ${slowest.toFixed(1)} s`,
    )
    .join("; ");
