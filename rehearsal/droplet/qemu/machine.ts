import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { DropletSize } from "../../cloud/world.ts";
import { runRecorded, start } from "../../host/process.ts";
import type { RunRecord } from "../../host/record.ts";
import { run } from "../../host/run.ts";
import { until } from "../../host/until.ts";
import type { Wire } from "../../internet/router.ts";
import { processName } from "../exec.ts";
import type { Machine, VolumeDevice } from "../machine.ts";
import { type Accelerator, accelerator } from "./accelerator.ts";
import { connect, portArguments, takesCommands } from "./commands.ts";
import { Monitor } from "./monitor.ts";
import { controller, deviceSize, volumeHardware } from "./volume.ts";

const disk = "disk.img";

/** A machine of its own under QEMU, with the kernel that the base image has from Debian. */
export class VirtualMachine implements Machine {
  readonly #record: RunRecord;
  readonly #id: number;
  /** The Droplet that it is told to be. */
  readonly #identity: number;
  readonly #directory: string;
  readonly #base: string;
  #running: (ChildProcess & { readonly pid: number }) | undefined;
  #monitor: Monitor | undefined;
  #end: "off" | "reboot" = "off";

  /** @param options.base the root directory whose kernel it boots. */
  constructor(record: RunRecord, options: { id: number; identity: number; directory: string; base: string }) {
    this.#record = record;
    this.#id = options.id;
    this.#identity = options.identity;
    this.#directory = options.directory;
    this.#base = options.base;
  }

  async makeDisk(root: string): Promise<void> {
    const [image, mountPoint] = [join(this.#directory, disk), join(this.#directory, "disk")];
    // room for the copy; powerOn gives it its real size, into which cloud-init lets the file system grow
    await run("truncate", ["--size=8G", image]);
    await run("mkfs.ext4", ["-q", image]);
    await mkdir(mountPoint);
    // mkfs could copy the files too, with times in whole seconds: OpenClaw would compile all its code anew
    const copy = ["--mount", "--", "sh", "-euc", fillDisk, "disk", image, mountPoint, root];
    await runRecorded(this.#record, "disk", "unshare", copy);
  }

  async powerOn(size: DropletSize, wire: Wire, volumes: readonly VolumeDevice[]): Promise<void> {
    await run("truncate", [`--size=>${size.diskGiB}G`, join(this.#directory, disk)]);
    await joinToTap(wire);
    const { kernel, initrd } = await this.#kernel();
    const how = await accelerator(this.#record, kernel);
    const errors = openSync(join(this.#directory, "console.log"), "a", 0o600);
    const plugged = (await Promise.all(volumes.map(volumeHardware))).flatMap(({ node, device }) => [
      ...["-blockdev", JSON.stringify(node), "-device", JSON.stringify(device)],
    ]);
    const inside = [`--net=${wire.namespace.path}`, "--", "env", `--chdir=${this.#directory}`];
    const running = start(this.#record, {
      name: processName(this.#id),
      command: "nsenter",
      args: [
        ...[...inside, "qemu-system-x86_64", ...how.arguments],
        ...[...this.#hardware(size, wire), ...plugged, "-kernel", kernel, "-initrd", initrd],
        ...["-append", this.#commandLine(how)],
      ],
      stdio: ["pipe", "pipe", errors],
    });
    closeSync(errors);
    this.#running = running;
    this.#end = "off";
    this.#monitor = new Monitor(running.stdin ?? new Writable(), running.stdout ?? new Readable());
    this.#monitor.on("SHUTDOWN", ({ reason }) => {
      this.#end = reason === "guest-reset" ? "reboot" : "off";
    });
    void this.#stayConnected(running);
    await until(
      async () => {
        if (hasEnded(running))
          throw new Error(`the Droplet did not boot; see ${this.#directory}/console.log`);
        return takesCommands(this.#directory);
      },
      "the virtual machine to boot",
      600,
    );
  }

  async shutdown(): Promise<void> {
    await this.#monitor?.execute("system_powerdown");
    const patience = new AbortController();
    const tooLong = sleep(300_000, "on", { signal: patience.signal }).catch(() => "off");
    const state = await Promise.race([this.off(), tooLong]);
    patience.abort();
    if (state === "on") throw new Error(`Droplet ${this.#id} did not shut down within 300 s`);
  }

  async powerOff(): Promise<void> {
    this.#running?.kill("SIGKILL");
    await this.off();
  }

  async off(): Promise<"off" | "reboot"> {
    const running = this.#running;
    if (running !== undefined && !hasEnded(running)) await once(running, "exit");
    return this.#end;
  }

  async attach(volume: VolumeDevice): Promise<void> {
    const { node, device } = await volumeHardware(volume);
    await this.#monitor?.execute("blockdev-add", node);
    await this.#monitor?.execute("device_add", device);
  }

  async detach(volume: VolumeDevice): Promise<void> {
    const { node, device } = await volumeHardware(volume);
    const gone = this.#monitor?.next("DEVICE_DELETED");
    await this.#monitor?.execute("device_del", { id: device.id });
    await gone;
    await this.#monitor?.execute("blockdev-del", { "node-name": node["node-name"] });
  }

  async grown(volume: VolumeDevice): Promise<void> {
    const { node } = await volumeHardware(volume);
    const size = await deviceSize(volume.path);
    await this.#monitor?.execute("block_resize", { "node-name": node["node-name"], size });
  }

  /** The machine's side of the connection ends with each boot, and if somebody stops its service. */
  async #stayConnected(running: ChildProcess): Promise<void> {
    while (!hasEnded(running)) {
      await once(await connect(this.#record, this.#id, this.#directory), "exit");
      await sleep(200);
    }
  }

  async #kernel(): Promise<{ kernel: string; initrd: string }> {
    const names = await readdir(join(this.#base, "boot"));
    const find = (start: string) => {
      const name = names.find((one) => one.startsWith(start));
      if (name === undefined) throw new Error(`the base image has no ${start}: it is not whole`);
      return join(this.#base, "boot", name);
    };
    return { kernel: find("vmlinuz-"), initrd: find("initrd.img-") };
  }

  #commandLine({ kernel }: Accelerator): string {
    // on a copy cloud-init has done its work, and to find that out takes it long
    const copied = this.#identity === this.#id ? [] : ["cloud-init=disabled"];
    return ["root=/dev/vda", "rw", "console=ttyS0", "net.ifnames=0", "quiet", ...kernel, ...copied].join(" ");
  }

  #hardware(size: DropletSize, { mac, configuration, resolver }: Wire): string[] {
    const credential = (name: string, text: string) => [
      "-smbios",
      `type=11,value=io.systemd.credential.binary:rehearsal.${name}=${Buffer.from(text).toString("base64")}`,
    ];
    return [
      ...["-machine", "q35", "-smp", String(size.vcpus), "-m", String(size.memoryMiB)],
      ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-qmp", "stdio"],
      ...["-smbios", `type=1,manufacturer=DigitalOcean,product=Droplet,serial=${this.#identity}`],
      ...credential("network", configuration.map((line) => `${line}\n`).join("")),
      ...credential("resolver", `nameserver ${resolver}\n`),
      ...["-drive", `file=${disk},format=raw,if=virtio,cache=unsafe`], // it need not survive this computer
      ...["-netdev", "tap,id=wire,ifname=tap,script=no,downscript=no"],
      ...["-device", `virtio-net-pci,netdev=wire,mac=${mac}`, "-device", "virtio-rng-pci"],
      ...["-chardev", "file,id=console,path=console.log,append=on", "-serial", "chardev:console"],
      ...[...portArguments, ...controller],
    ];
  }
}

/** In a mount namespace of its own: whatever ends this, the mount is gone, and its loop device with it. */
const fillDisk = 'mount -o loop,noatime,nobarrier "$1" "$2"; cp --archive "$3/." "$2"; umount "$2"';

const hasEnded = (process: ChildProcess) => process.exitCode !== null || process.signalCode !== null;

/** A bridge between the namespace's eth0 and the tap that QEMU opens; eth0's address is the machine's own now. */
async function joinToTap({ namespace }: Wire): Promise<void> {
  await namespace.ip([
    ...["link add bridge type bridge", "tuntap add tap mode tap", "link set eth0 address 02:00:00:00:00:01"],
    ...["link set tap master bridge", "link set eth0 master bridge"],
    ...["bridge", "tap", "eth0"].map((link) => `link set ${link} up`),
  ]);
}
