/** Boots the Droplet that the machine tests share and keeps it until SIGTERM; a child of tests/run.ts. */
import { keepRehearsal } from "../../rehearsal/rehearsal.ts";
import { runDirectory } from "../../rehearsal/run-directory.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

await keepRehearsal(
  runDirectory("test"),
  (line) => console.log(`[boot] ${line}`),
  stop.signal,
  (stack) => {
    if (!stack) process.exitCode = 1;
  },
);
