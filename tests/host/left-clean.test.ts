import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cleanUp } from "../../rehearsal/host/clean-up.ts";
import { RunRecord } from "../../rehearsal/host/record.ts";
import { changes, dropletGroups, type HostSnapshot, hostSnapshot } from "../../rehearsal/host/snapshot.ts";
import { until } from "../../rehearsal/host/until.ts";
import { createWorld, prepareWorld } from "../../rehearsal/world.ts";
import { bootDropletWithVolume, dropletId } from "../world/droplet.ts";

describe("the host after a rehearsal", () => {
  let runDirectory: string;
  let others: string[];
  let before: HostSnapshot;

  beforeEach(async () => {
    await prepareWorld(console.log);
    runDirectory = await mkdtemp(join(tmpdir(), "openclaw-rehearsal-"));
    others = await dropletGroups();
    before = await hostSnapshot(others);
  }, 600_000);

  afterEach(async () => {
    await cleanUp(runDirectory);
    await rm(runDirectory, { recursive: true, force: true });
  });

  it("is as it was when a world with a booted Droplet is closed", async () => {
    const world = await createWorld({ runDirectory, progress: () => {} });
    await bootDropletWithVolume(world);
    const during = changes(before, await hostSnapshot(others));
    await world.close();

    // the comparison sees what a world makes: without this it could pass by seeing nothing
    for (const aspect of [
      ...["namespaces", "processes", "cgroups", "links", "addresses", "routes", "runtime"],
      "loopDevices",
    ])
      expect(during.filter((line) => line.startsWith(`+ ${aspect}: `))).not.toEqual([]);
    expect(changes(before, await hostSnapshot(others))).toEqual([]);
    expect(await readdir(runDirectory)).toEqual([]);
  }, 60_000);

  it.each([
    ["its router", "router"],
    ["the certificate authority", "acme authority"],
    ["its Volume's device", "losetup"],
    ["the Droplet", `droplet ${dropletId}`],
  ])(
    "is as it was when the owner is killed while %s starts, and cleaned up after",
    async (_, process_) => {
      const owner = spawn(process.execPath, [join(import.meta.dirname, "owner.ts"), runDirectory], {
        stdio: "ignore",
      });
      const record = new RunRecord(runDirectory);
      await until(async () => (await record.process(process_)) !== undefined, `${process_} to start`, 30);
      owner.kill("SIGKILL");
      await once(owner, "exit");

      await cleanUp(runDirectory);
      expect(changes(before, await hostSnapshot(others))).toEqual([]);
      expect(await readdir(runDirectory)).toEqual([]);

      await cleanUp(runDirectory); // a second time finds nothing to do
    },
    60_000,
  );

  it("is not entered in the record by a child whose owner was killed before it came to that", async () => {
    const record = new RunRecord(runDirectory);
    const recorded = join(import.meta.dirname, "../../rehearsal/host/files/recorded");
    const orphan = ["1", record.path, "late", "--", "sleep", "infinity"];
    expect(await once(spawn("sh", [recorded, ...orphan]), "exit")).toEqual([1, null]);
    expect(await record.read()).toEqual([]);
  });
});
