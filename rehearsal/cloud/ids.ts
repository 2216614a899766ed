import { randomInt } from "node:crypto";

/** Ever larger numbers from a random start, so that a state left by an earlier rehearsal names nothing in this one. */
export function numbers(from: number): () => number {
  let last = from + randomInt(0, from / 5);
  return () => {
    last += 1;
    return last;
  };
}

/** DigitalOcean's form of a time: whole seconds. */
export const now = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");
