/**
 * Boots the Droplet that the machine tests share and keeps it until SIGTERM; a child of tests/run.ts.
 * With --copy-as-virtual-machine it also boots a copy of it for the kernel tests.
 */
import type { Progress } from "../../rehearsal/progress.ts";
import { keepRehearsal } from "../../rehearsal/rehearsal.ts";
import { runDirectory } from "../../rehearsal/run-directory.ts";
import { bootCopy } from "../kernel/boot-copy.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
const progress: Progress = (line) => console.log(`[boot] ${line}`);
const directory = runDirectory("test");

await keepRehearsal({
  runDirectory: directory,
  machine: "nspawn",
  progress,
  stop: stop.signal,
  beforeUp: async (world, dropletId) => {
    if (process.argv.includes("--copy-as-virtual-machine"))
      await bootCopy({ world, dropletId, runDirectory: directory, progress });
  },
  settled: (stack) => {
    if (!stack) process.exitCode = 1;
  },
});
