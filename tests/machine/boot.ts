/** Boots the Droplet that the machine tests share and keeps it until SIGTERM; a child of tests/run.ts. */
import type { Progress } from "../../rehearsal/progress.ts";
import { keepRehearsal } from "../../rehearsal/rehearsal.ts";
import { runDirectory } from "../../rehearsal/run-directory.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
const progress: Progress = (line) => console.log(`[boot] ${line}`);

await keepRehearsal({
  runDirectory: runDirectory("test"),
  machine: "nspawn",
  progress,
  stop: stop.signal,
  settled: (stack) => {
    if (!stack) process.exitCode = 1;
  },
});
