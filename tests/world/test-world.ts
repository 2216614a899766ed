import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorld, prepareWorld, type RehearsalWorld } from "../../rehearsal/world.ts";

/** Makes a world in a run directory of its own; `close` takes both away. */
export async function createTestWorld(): Promise<{
  world: RehearsalWorld;
  runDirectory: string;
  close: () => Promise<void>;
}> {
  await prepareWorld(console.log);
  const runDirectory = await mkdtemp(join(tmpdir(), "openclaw-rehearsal-"));
  const world = await createWorld({ runDirectory, progress: () => {} });
  const close = async () => {
    await world.close();
    await rm(runDirectory, { recursive: true, force: true });
  };
  return { world, runDirectory, close };
}
