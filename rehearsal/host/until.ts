import { setTimeout as sleep } from "node:timers/promises";

/** Looks again every 20 ms until `done`; throws after `seconds`. */
export async function until(done: () => Promise<boolean>, what: string, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(20);
  }
}
