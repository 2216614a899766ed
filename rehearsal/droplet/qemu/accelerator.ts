import { once } from "node:events";
import { existsSync } from "node:fs";
import { start } from "../../host/process.ts";
import type { RunRecord } from "../../host/record.ts";

/** What QEMU runs a machine with: arguments for QEMU, and for the kernel. */
export interface Accelerator {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly kernel: readonly string[];
}

const kvm: Accelerator = { name: "KVM", arguments: ["-accel", "kvm", "-cpu", "host"], kernel: [] };

const emulation: Accelerator = {
  name: "software emulation",
  arguments: [
    // without fast string operations, which are slow ones here, a step for each byte; and without cmpxchg16b: QEMU 7.2
    // leaves flags there that are none, and an interrupt right after it ends in a double fault
    ...["-accel", "tcg,thread=single", "-cpu", "max,-erms,-fsrm,-cx16"],
    // The machine's clock counts its instructions, a nanosecond each: it is slow, but to itself it is not late, and
    // nothing in it times out because this computer is busy.
    ...["-icount", "shift=0"],
  ],
  // an emulated CPU cannot be spied on, and each kernel entry would flush its translations; it walks every page table
  kernel: ["mitigations=off", "no5lvl"],
};

let found: Promise<Accelerator> | undefined;

/** KVM where a trial boot works, tried once: /dev/kvm alone says little. */
export function accelerator(record: RunRecord, kernel: string): Promise<Accelerator> {
  found ??= find(record, kernel);
  return found;
}

async function find(record: RunRecord, kernel: string): Promise<Accelerator> {
  return existsSync("/dev/kvm") && (await bootsWith(kvm, record, kernel)) ? kvm : emulation;
}

/** Without a disk the kernel panics, which ends QEMU at once. */
async function bootsWith({ arguments: args }: Accelerator, record: RunRecord, kernel: string) {
  const machine = ["-machine", "q35", ...args, "-m", "512", "-nodefaults", "-display", "none", "-no-reboot"];
  const trial = start(record, {
    name: "trial of KVM",
    command: "qemu-system-x86_64",
    args: [...machine, "-kernel", kernel, "-append", "panic=-1"],
    stdio: "ignore",
  });
  const tooLong = setTimeout(() => trial.kill("SIGKILL"), 10_000);
  const [code] = (await once(trial, "exit")) as [number | null];
  clearTimeout(tooLong);
  return code === 0;
}
