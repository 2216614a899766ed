import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { dropletDirectory } from "../../rehearsal/droplet/directory.ts";
import { processName } from "../../rehearsal/droplet/exec.ts";
import { takesCommands } from "../../rehearsal/droplet/qemu/commands.ts";
import { RunRecord } from "../../rehearsal/host/record.ts";
import { until } from "../../rehearsal/host/until.ts";
import { type Progress, secondsSince, step } from "../../rehearsal/progress.ts";
import type { RehearsalWorld } from "../../rehearsal/world.ts";

/** What the tests are told of the virtual machine, in a file of the run directory. */
export type Copy =
  | { readonly dropletId: number; readonly address: string; readonly firstBoot: string }
  | { readonly failed: string };

export const copyFile = (runDirectory: string) => join(runDirectory, "virtual-machine.json");

/** Where the machine keeps the id of its first boot. */
const firstBoot = "/var/lib/rehearsal-first-boot";

interface Options {
  readonly world: RehearsalWorld;
  readonly dropletId: number;
  readonly runDirectory: string;
  readonly progress: Progress;
}

/** Copies the Droplet, which stands still meanwhile, and boots the copy as a virtual machine beside whatever follows. */
export async function bootCopy({ world, dropletId, runDirectory, progress }: Options): Promise<void> {
  const { id, address } = await step(progress, "copying the Droplet's disk for a virtual machine", () =>
    withoutGateway(world, dropletId, () => world.copyAsVirtualMachine(dropletId)),
  );
  const tell = async (what: Copy) => {
    const file = copyFile(runDirectory);
    await writeFile(`${file}.part`, JSON.stringify(what));
    await rename(`${file}.part`, file);
  };
  bootTwice(world, id, runDirectory, progress)
    .then(
      () => tell({ dropletId: id, address, firstBoot }),
      (error: Error) => tell({ failed: error.message }),
    )
    .catch(() => {}); // the rehearsal is being taken down, and its directory with it
}

/**
 * OpenClaw keeps what it has compiled when it stops: with that on its disk an emulated machine needs half the time for
 * its start, and for a turn if it has had one.
 */
async function withoutGateway<T>(world: RehearsalWorld, id: number, work: () => Promise<T>): Promise<T> {
  const bash = async (script: string) => {
    const code = await world.exec(id, ["bash", "-c", script], "ignore");
    if (code !== 0) throw new Error(`exit code ${code}: ${script}`);
  };
  const turn = `TOOL:exec {"command":"true"} END`;
  await bash(`openclaw agent --agent main --message '${turn}' --json && systemctl stop openclaw-gateway`);
  const done = await work();
  const answers = "curl --silent --fail --output /dev/null --noproxy '*' http://127.0.0.1:18789/readyz";
  await bash(
    `systemctl start openclaw-gateway && timeout 120 bash -c "until ${answers}; do sleep 0.5; done"`,
  );
  return done;
}

/** Boots, and reboots from inside as soon as it takes commands: what the tests find has come up after a reboot. */
async function bootTwice(world: RehearsalWorld, id: number, runDirectory: string, progress: Progress) {
  const start = performance.now();
  const machine = () => new RunRecord(runDirectory).process(processName(id));
  const command = (...words: string[]) => world.exec(id, words, "ignore");
  await world.powerOn(id);
  progress(`the virtual machine takes commands: ${secondsSince(start)}`);
  const first = await machine();
  await command("cp", "/proc/sys/kernel/random/boot_id", firstBoot);
  await command("systemctl", "reboot");
  const isBack = async () =>
    (await machine())?.pid !== first?.pid && takesCommands(dropletDirectory(runDirectory, id));
  await until(isBack, "the virtual machine to come back after its reboot", 900);
  progress(`the virtual machine has rebooted: ${secondsSince(start)}`);
}
