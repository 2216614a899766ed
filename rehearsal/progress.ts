import { performance } from "node:perf_hooks";

/** Where long work says what it is doing; one line a call, without a line end. */
export type Progress = (line: string) => void;

/** "12.3 s" since a time of `performance.now()`. */
export const secondsSince = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Does `work`, saying its title when it starts and how long it took when it ends. */
export async function step<T>(progress: Progress, title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  progress(`${title} ...`);
  try {
    const result = await work();
    progress(`${title}: ${secondsSince(start)}`);
    return result;
  } catch (error) {
    progress(`${title}: failed after ${secondsSince(start)}`);
    throw error;
  }
}
