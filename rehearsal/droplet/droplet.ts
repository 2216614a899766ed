import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DropletSize, DropletSpec } from "../cloud/world.ts";
import type { RunRecord } from "../host/record.ts";
import { run } from "../host/run.ts";
import type { Addresses } from "../internet/addresses.ts";
import { createNamespace, type Namespace } from "../internet/namespace.ts";
import type { Router } from "../internet/router.ts";
import type { Progress } from "../progress.ts";
import { dropletDirectory } from "./directory.ts";
import type { Machine, MachineKind, VolumeDevice } from "./machine.ts";
import { NspawnMachine } from "./nspawn.ts";
import { VirtualMachine } from "./qemu/machine.ts";
import type { Volume } from "./volume.ts";

/** What every Droplet of one world shares. */
export interface Site {
  readonly record: RunRecord;
  readonly runDirectory: string;
  readonly plan: Addresses;
  readonly router: Router;
  /** The root directory that a new disk is a copy of. */
  readonly base: string;
  readonly machine: MachineKind;
  readonly progress: Progress;
}

/** A Droplet's disk, its port on the router and the machine between them. */
export class Droplet {
  readonly spec: DropletSpec;
  readonly identity: number;
  readonly #site: Site;
  readonly #machine: Machine;
  readonly #volumes = new Map<string, VolumeDevice>();
  #size: DropletSize;
  /** Settles when the machine is off for good and its network is gone. */
  #life: Promise<void> = Promise.resolve();
  #isOn = false;

  /** @param identity the Droplet that the machine is told to be: another one's, if its disk is a copy of that one's. */
  constructor(site: Site, spec: DropletSpec, identity = spec.id) {
    this.spec = spec;
    this.identity = identity;
    this.#site = site;
    this.#size = spec.size;
    const { id } = spec;
    const directory = dropletDirectory(site.runDirectory, id);
    const name = `rehearsal${site.plan.slot}-${id}`;
    const [root, consoleLog] = [join(directory, "root"), join(directory, "console.log")];
    this.#machine =
      site.machine === "vm"
        ? new VirtualMachine(site.record, { id, identity, directory, base: site.base })
        : new NspawnMachine(site.record, { id, name, root, consoleLog });
  }

  get mac(): string {
    const id = (this.spec.id % 2 ** 32).toString(16).padStart(8, "0");
    return `02:00:${id.match(/../g)?.join(":")}`;
  }

  /** Its disk is a copy of this root directory. */
  async makeDisk(root = this.#site.base): Promise<void> {
    const { record, runDirectory } = this.#site;
    const directory = dropletDirectory(runDirectory, this.spec.id);
    record.add({ kind: "path", path: dirname(directory) }); // "droplets": the run directory ends empty
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await this.#machine.makeDisk(root);
  }

  /** Makes the disk of another one as this one's is now, and its Volumes; it stands still meanwhile. */
  async copyDisks(other: Droplet, volumes: readonly Volume[]): Promise<void> {
    if (!(this.#machine instanceof NspawnMachine))
      throw new Error(
        `Droplet ${this.spec.id} is a virtual machine: only what runs under systemd-nspawn is copied`,
      );
    await this.#machine.whileStill(async (root) => {
      await other.makeDisk(root);
      if (volumes.length > 0) await run("sync", []); // what the kernel has not yet written to the Volumes' files
      const directory = dropletDirectory(this.#site.runDirectory, other.spec.id);
      for (const volume of volumes) await other.attach(await volume.copyInto(directory));
    });
  }

  /** Boots it, and again whenever it reboots itself. */
  async powerOn(): Promise<void> {
    if (this.#isOn) return;
    const { record, router } = this.#site;
    const network = await createNamespace(record, `network of droplet ${this.spec.id}`);
    try {
      const wire = await router.plugIn(this.spec.id, network, this.mac);
      await this.#machine.powerOn(this.#size, wire, [...this.#volumes.values()]);
    } catch (error) {
      await this.#machine.powerOff();
      network.close();
      throw error;
    }
    this.#isOn = true;
    this.#life = this.#live(network);
  }

  async #live(network: Namespace): Promise<void> {
    const end = await this.#machine.off();
    network.close();
    this.#isOn = false;
    if (end === "off") return;
    this.#site.progress(`Droplet ${this.spec.id} reboots`);
    await this.powerOn();
  }

  async shutdown(): Promise<void> {
    await this.#machine.shutdown();
    await this.#life;
  }

  async powerOff(): Promise<void> {
    await this.#machine.powerOff();
    await this.#life;
  }

  resize(size: DropletSize): void {
    if (this.#isOn) throw new Error(`Droplet ${this.spec.id} is on: power it off before it is resized`);
    this.#size = size;
  }

  /** Plugs a Volume in, now if the machine is on, else before it boots. */
  async attach(volume: VolumeDevice): Promise<void> {
    if (this.#isOn) await this.#machine.attach(volume);
    this.#volumes.set(volume.name, volume);
  }

  async detach(volume: VolumeDevice): Promise<void> {
    if (this.#isOn) await this.#machine.detach(volume);
    this.#volumes.delete(volume.name);
  }

  async showGrowth(volume: VolumeDevice): Promise<void> {
    if (this.#isOn) await this.#machine.grown(volume);
  }

  async removeDisk(): Promise<void> {
    await rm(dropletDirectory(this.#site.runDirectory, this.spec.id), { recursive: true, force: true });
  }
}
