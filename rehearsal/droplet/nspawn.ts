import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DropletSize } from "../cloud/world.ts";
import { runRecorded, start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { run } from "../host/run.ts";
import { until } from "../host/until.ts";
import type { Namespace } from "../internet/namespace.ts";
import type { Wire } from "../internet/router.ts";
import { limitedGroups, removeGroup, whileFrozen } from "./cgroups.ts";
import { initOf, processName } from "./exec.ts";
import type { Machine, VolumeDevice } from "./machine.ts";

/** A machine that shares this computer's kernel: systemd-nspawn with as much room as a virtual machine needs. */
export class NspawnMachine implements Machine {
  readonly #record: RunRecord;
  readonly #id: number;
  /** Unique among all rehearsals of this computer. */
  readonly #name: string;
  readonly #root: string;
  readonly #consoleLog: string;
  #cgroups: readonly string[] = [];
  #running: (ChildProcess & { readonly pid: number }) | undefined;

  constructor(record: RunRecord, options: { id: number; name: string; root: string; consoleLog: string }) {
    this.#record = record;
    this.#id = options.id;
    this.#name = options.name;
    this.#root = options.root;
    this.#consoleLog = options.consoleLog;
  }

  async makeDisk(root: string): Promise<void> {
    await runRecorded(this.#record, "disk", "cp", ["--archive", "--reflink=auto", root, this.#root]);
    const dmi = join(this.#root, "etc/rehearsal/dmi");
    await mkdir(dmi, { recursive: true });
    await writeFile(join(dmi, "sys_vendor"), "DigitalOcean\n");
    await writeFile(join(dmi, "product_serial"), `${this.#id}\n`);
  }

  /** Stops it for as long as `work` reads its root directory, which is then as after a power cut. */
  whileStill(work: (root: string) => Promise<void>): Promise<void> {
    return whileFrozen(this.#cgroups, () => work(this.#root));
  }

  async powerOn(size: DropletSize, wire: Wire, volumes: readonly VolumeDevice[]): Promise<void> {
    await wire.namespace.ip(wire.configuration);
    const resolver = join(this.#root, "etc/resolv.conf");
    await rm(resolver, { force: true }); // may be a link
    await writeFile(resolver, `nameserver ${wire.resolver}\n`);
    const nodes = await Promise.all(volumes.map(deviceNode));
    this.#cgroups = await limitedGroups(this.#record, this.#name, size);
    const console_ = openSync(this.#consoleLog, "a", 0o600);
    const running = start(this.#record, {
      name: processName(this.#id),
      command: "unshare",
      args: [
        ...["--mount", "--", "sh", "-c", hideRun, "nspawn"],
        ...["systemd-nspawn", ...this.#arguments(wire.namespace), ...nodes],
      ],
      cgroups: this.#cgroups,
      stdio: ["ignore", console_, console_],
      env: { ...process.env, SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network" },
    });
    closeSync(console_);
    this.#running = running;
    await until(async () => {
      if (running.exitCode !== null) throw new Error(`the Droplet did not boot; see ${this.#consoleLog}`);
      return (await initOf(running.pid)) !== undefined;
    }, "the Droplet to boot");
  }

  async shutdown(): Promise<void> {
    this.#running?.kill("SIGTERM"); // systemd-nspawn passes it on as --kill-signal
    const patience = new AbortController();
    const tooLong = sleep(90_000, "on", { signal: patience.signal }).catch(() => "off");
    const state = await Promise.race([this.off(), tooLong]);
    patience.abort();
    if (state === "on") throw new Error(`Droplet ${this.#id} did not shut down within 90 s`);
  }

  async powerOff(): Promise<void> {
    // not systemd-nspawn alone, which the machine's PID 1 outlives
    await Promise.all(this.#cgroups.map(removeGroup));
    await this.off();
  }

  async off(): Promise<"off" | "reboot"> {
    const running = this.#running;
    if (running === undefined) return "off";
    if (running.exitCode === null && running.signalCode === null) await once(running, "exit");
    return running.exitCode === rebootExitCode ? "reboot" : "off";
  }

  async attach(volume: VolumeDevice): Promise<void> {
    await this.#device("attach", await deviceNode(volume));
  }

  async detach(volume: VolumeDevice): Promise<void> {
    await this.#device("detach", await deviceNode(volume));
  }

  async grown(): Promise<void> {} // the device is this kernel's own

  async #device(change: "attach" | "detach", node: string): Promise<void> {
    const init = this.#running && (await initOf(this.#running.pid));
    if (init === undefined) throw new Error(`Droplet ${this.#id} is not powered on`);
    await run("nsenter", [`--target=${init}`, "--mount", "--root", "--", volumeScript, change, node]);
  }

  #arguments(network: Namespace): string[] {
    const devices = ["/dev/fuse", "/dev/net/tun"].filter(existsSync); // modules that a virtual machine would load
    return [
      ...["--quiet", "--keep-unit", "--register=no", `--machine=${this.#name}`, `--directory=${this.#root}`],
      `--network-namespace-path=${network.path}`,
      // root in a Droplet is root: services drop what they do not need themselves
      "--capability=all",
      "--system-call-filter=add_key keyctl request_key bpf perf_event_open @mount",
      ...devices.map((device) => `--bind=${device}`),
      ...["--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe"],
      ...["--kill-signal=SIGRTMIN+3", "/usr/local/sbin/rehearsal-init"],
    ];
  }
}

/** With --keep-unit, systemd-nspawn leaves a restart to whoever started it. */
const rebootExitCode = 133;

/** Does in the machine what a virtual machine's udev does; rehearsal-init calls it too. */
const volumeScript = "/usr/local/libexec/rehearsal-volume";

/** What volumeScript must know of a device: "NAME NODE MAJOR MINOR". */
async function deviceNode({ name, path }: VolumeDevice): Promise<string> {
  const { rdev } = await stat(path);
  return `${name} ${basename(path)} ${major(rdev)} ${minor(rdev)}`;
}

// as the kernel packs them for user space (glibc's sys/sysmacros.h), below 2^32
const major = (device: number) => (device >> 8) & 0xfff;
const minor = (device: number) => (device & 0xff) | ((device >> 12) & 0xfff00);

/** systemd-nspawn keeps state in /run: in a mount namespace of its own nothing of it stays on the host. */
const hideRun = 'mount -t tmpfs tmpfs /run && exec "$@"';
