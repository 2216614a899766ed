import { mkdir, open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { VolumeSpec } from "../cloud/world.ts";
import { attachLoopDevice, detachLoopDevice, growLoopDevice, isMounted } from "../host/loop-device.ts";
import { runRecorded } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { until } from "../host/until.ts";
import type { Droplet } from "./droplet.ts";
import type { VolumeDevice } from "./machine.ts";

/** Bytes, as DigitalOcean counts the size of a Volume. */
const GIBIBYTE = 1024 ** 3;

/** A Volume: a sparse file, and a block device of this computer while it is attached. */
export class Volume {
  readonly #record: RunRecord;
  readonly #name: string;
  readonly #file: string;
  #attachment: { readonly droplet: Droplet; readonly device: VolumeDevice } | undefined;

  private constructor(record: RunRecord, name: string, file: string) {
    this.#record = record;
    this.#name = name;
    this.#file = file;
  }

  static async create(record: RunRecord, runDirectory: string, spec: VolumeSpec): Promise<Volume> {
    const file = join(runDirectory, "volumes", spec.id);
    record.add({ kind: "path", path: dirname(file) });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const volume = new Volume(record, spec.name, file);
    try {
      await setSize(file, spec.gigabytes);
      if (spec.filesystem !== null) await format(record, file, spec.filesystem, spec.label);
    } catch (error) {
      await volume.destroy();
      throw error;
    }
    return volume;
  }

  get droplet(): Droplet | undefined {
    return this.#attachment?.droplet;
  }

  async attach(droplet: Droplet): Promise<void> {
    const device = { name: this.#name, path: await attachLoopDevice(this.#record, this.#file) };
    try {
      await droplet.attach(device);
    } catch (error) {
      await detachLoopDevice(this.#file);
      throw error;
    }
    this.#attachment = { droplet, device };
  }

  /** Refused while the Droplet has it mounted: a real one's file system would be torn away and may be lost. */
  async detach(): Promise<void> {
    if (this.#attachment === undefined) return;
    const { droplet, device } = this.#attachment;
    await until(
      async () => !(await isMounted(device.path)), // a machine that has just gone off lets go a moment later
      `Volume ${this.#name} to be unmounted in Droplet ${droplet.spec.id}: unmount it there, then detach it`,
      5,
    );
    await droplet.detach(device);
    await detachLoopDevice(this.#file);
    this.#attachment = undefined;
  }

  /** What is on it now, for a machine that nobody tells the API of. */
  async copyInto(directory: string): Promise<VolumeDevice> {
    const path = join(directory, basename(this.#file));
    await runRecorded(this.#record, "disk", "cp", ["--sparse=always", this.#file, path]);
    return { name: this.#name, path };
  }

  async grow(gigabytes: number): Promise<void> {
    await setSize(this.#file, gigabytes);
    if (this.#attachment === undefined) return;
    await growLoopDevice(this.#attachment.device.path);
    await this.#attachment.droplet.showGrowth(this.#attachment.device);
  }

  async destroy(): Promise<void> {
    if (this.#attachment !== undefined) throw new Error(`Volume ${this.#name} is attached: detach it first`);
    await rm(this.#file, { force: true });
  }
}

async function setSize(file: string, gigabytes: number): Promise<void> {
  const image = await open(file, "a", 0o600);
  await image.truncate(gigabytes * GIBIBYTE).finally(() => image.close());
}

async function format(record: RunRecord, file: string, filesystem: "ext4" | "xfs", label: string) {
  const force = filesystem === "ext4" ? ["-F"] : []; // or it asks whether a file is meant
  const named = label === "" ? [] : ["-L", label];
  await runRecorded(record, "mkfs", `mkfs.${filesystem}`, ["-q", ...force, ...named, file]);
}
