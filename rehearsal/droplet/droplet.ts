import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DropletSize, DropletSpec } from "../cloud/world.ts";
import { runRecorded } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import type { Addresses } from "../internet/addresses.ts";
import { createNamespace, type Namespace } from "../internet/namespace.ts";
import type { Router } from "../internet/router.ts";
import type { Progress } from "../progress.ts";
import type { Machine, VolumeDevice } from "./machine.ts";
import { NspawnMachine } from "./nspawn.ts";

/** What every Droplet of one world shares. */
export interface Site {
  readonly record: RunRecord;
  readonly runDirectory: string;
  readonly plan: Addresses;
  readonly router: Router;
  /** The root directory that a new disk is a copy of. */
  readonly base: string;
  readonly progress: Progress;
}

export const dropletDirectory = (runDirectory: string, id: number) =>
  join(runDirectory, "droplets", String(id));

/** A Droplet's disk, its port on the router and the machine between them. */
export class Droplet {
  readonly spec: DropletSpec;
  readonly #site: Site;
  readonly #machine: Machine;
  readonly #volumes = new Map<string, VolumeDevice>();
  #size: DropletSize;
  /** Settles when the machine is off for good and its network is gone. */
  #life: Promise<void> = Promise.resolve();
  #isOn = false;

  constructor(site: Site, spec: DropletSpec) {
    this.spec = spec;
    this.#site = site;
    this.#size = spec.size;
    const directory = dropletDirectory(site.runDirectory, spec.id);
    this.#machine = new NspawnMachine(site.record, {
      id: spec.id,
      name: `rehearsal${site.plan.slot}-${spec.id}`,
      root: join(directory, "root"),
      consoleLog: join(directory, "console.log"),
    });
  }

  get mac(): string {
    const id = (this.spec.id % 2 ** 32).toString(16).padStart(8, "0");
    return `02:00:${id.match(/../g)?.join(":")}`;
  }

  /** A copy of the base image with what is this Droplet's alone. */
  async makeDisk(): Promise<void> {
    const { record, runDirectory, base, plan } = this.#site;
    const directory = dropletDirectory(runDirectory, this.spec.id);
    record.add({ kind: "path", path: dirname(directory) }); // "droplets": the run directory ends empty
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const root = join(directory, "root");
    await runRecorded(record, "disk", "cp", ["--archive", "--reflink=auto", base, root]);
    const dmi = join(root, "etc/rehearsal/dmi");
    await mkdir(dmi, { recursive: true });
    await writeFile(join(dmi, "sys_vendor"), "DigitalOcean\n");
    await writeFile(join(dmi, "product_serial"), `${this.spec.id}\n`);
    const resolver = join(root, "etc/resolv.conf");
    await rm(resolver, { force: true }); // may be a link
    await writeFile(resolver, `nameserver ${plan.resolver}\n`);
  }

  /** Boots it, and again whenever it reboots itself. */
  async powerOn(): Promise<void> {
    if (this.#isOn) return;
    const { record, router } = this.#site;
    const network = await createNamespace(record, `network of droplet ${this.spec.id}`);
    try {
      await router.plugIn(this.spec.id, network, this.mac);
      await this.#machine.powerOn(this.#size, network, [...this.#volumes.values()]);
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
