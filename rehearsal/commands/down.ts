import { isAlive } from "../host/process.ts";
import { until } from "../host/until.ts";
import { removeRehearsal } from "../rehearsal.ts";
import { readStatus } from "../status.ts";

/** Asks the process that keeps the rehearsal to take it down, and takes away what a killed one left. */
export async function down(runDirectory: string): Promise<number> {
  const running = await readStatus(runDirectory);
  if (running) {
    process.kill(running.keeper.pid, "SIGTERM");
    await until(async () => !(await isAlive(running.keeper)), "the rehearsal to go down", 120);
  }
  await removeRehearsal(runDirectory, (line) => console.log(line));
  console.log("down");
  return 0;
}
