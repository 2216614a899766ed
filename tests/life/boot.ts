/** Boots a gateway with a former release and keeps it until SIGTERM; a child of tests/run.ts. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepRehearsal } from "../../rehearsal/rehearsal.ts";
import { runDirectory } from "../../rehearsal/run-directory.ts";
import { formerRelease } from "./releases.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
const programs = await mkdtemp(join(tmpdir(), "openclaw-droplet-releases-"));
try {
  await keepRehearsal({
    runDirectory: runDirectory("life"),
    machine: "nspawn",
    program: await formerRelease(programs),
    progress: (line) => console.log(`[life] ${line}`),
    stop: stop.signal,
    settled: (stack) => {
      if (!stack) process.exitCode = 1;
    },
  });
} finally {
  await rm(programs, { recursive: true });
}
