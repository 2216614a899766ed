import { prepareEngine } from "../engine/engine.ts";
import type { Progress } from "../progress.ts";
import { keepRehearsal } from "../rehearsal.ts";
import { Stack } from "../stack.ts";
import { readStatus, type Status } from "../status.ts";

const say: Progress = (line) => console.log(line);

/** Brings the stack up and stays until a signal; when it is up already, `pulumi up` again. */
export async function up(runDirectory: string): Promise<number> {
  const running = await readStatus(runDirectory);
  if (running) return await upAgain(runDirectory, running);

  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  let cameUp = false;
  await keepRehearsal(runDirectory, say, stop.signal, (up) => {
    cameUp = up;
    console.log(up ? welcome : failure);
  });
  return cameUp ? 0 : 1;
}

export async function upAgain(runDirectory: string, { api }: Status): Promise<number> {
  const stack = new Stack(await prepareEngine(say), runDirectory, api);
  await stack.up(say);
  console.log(welcome);
  return 0;
}
