import { setImmediate } from "node:timers/promises";
import type {
  DropletSize,
  DropletSpec,
  PacketRules,
  VolumeSpec,
  World,
} from "../../rehearsal/cloud/world.ts";

type Machine = { spec: DropletSpec; size: DropletSize; on: boolean };

/**
 * A World that is only written down: it keeps what it was asked for, and refuses what a real one could not do,
 * so that a test fails when the API asks for it.
 */
export class PaperWorld implements World {
  /** Every call, in order: "createDroplet 500000001". */
  readonly calls: string[] = [];
  readonly machines = new Map<number, Machine>();
  readonly filters = new Map<number, PacketRules | null>();
  readonly mapped = new Map<string, number | null>();
  readonly volumes = new Map<string, VolumeSpec & { attachedTo?: number }>();
  /** Awaited in each call that matches; a rejection is the world's failure. */
  hold: (call: string) => Promise<void> = () => setImmediate();
  #addresses = 1;
  #reserved = 9;
  #limit = 250;

  async #note(call: string): Promise<void> {
    this.calls.push(call);
    await this.hold(call);
  }

  #machine(id: number): Machine {
    const machine = this.machines.get(id);
    if (!machine) throw new Error(`there is no machine ${id}`);
    return machine;
  }

  #volume(id: string) {
    const volume = this.volumes.get(id);
    if (!volume) throw new Error(`there is no volume ${id}`);
    return volume;
  }

  /** Leaves so many Reserved IPs. */
  limitReservedIps(left: number): void {
    this.#limit = this.#reserved + left;
  }

  allocateDropletAddress(): string {
    this.#addresses += 1;
    return `192.0.2.${this.#addresses}`;
  }

  allocateReservedIp(): string {
    if (this.#reserved >= this.#limit) throw new Error("all addresses are taken");
    this.#reserved += 1;
    return `198.51.100.${this.#reserved}`;
  }

  releaseReservedIp(ip: string): void {
    this.calls.push(`releaseReservedIp ${ip}`);
    if (this.mapped.get(ip)) throw new Error(`${ip} is still mapped`);
    this.mapped.delete(ip);
  }

  async createDroplet(spec: DropletSpec): Promise<void> {
    if (!this.filters.has(spec.id)) throw new Error("a machine must be filtered before it exists");
    await this.#note(`createDroplet ${spec.id}`);
    this.machines.set(spec.id, { spec, size: spec.size, on: true });
    for (const id of spec.volumes) this.#plugIn(id, spec.id);
  }

  async powerOn(id: number): Promise<void> {
    if (this.#machine(id).on) throw new Error("it is on");
    await this.#note(`powerOn ${id}`);
    this.#machine(id).on = true;
  }

  async shutdown(id: number): Promise<void> {
    if (!this.#machine(id).on) throw new Error("it is off");
    await this.#note(`shutdown ${id}`);
    this.#machine(id).on = false;
  }

  async powerOff(id: number): Promise<void> {
    if (!this.#machine(id).on) throw new Error("it is off");
    await this.#note(`powerOff ${id}`);
    this.#machine(id).on = false;
  }

  async resize(id: number, size: DropletSize): Promise<void> {
    if (this.#machine(id).on) throw new Error("it is on");
    await this.#note(`resize ${id} ${size.slug} ${size.diskGiB}`);
    this.#machine(id).size = size;
  }

  async destroy(id: number): Promise<void> {
    this.#machine(id);
    await this.#note(`destroy ${id}`);
    if ([...this.mapped.values()].includes(id)) throw new Error("a Reserved IP is still mapped to it");
    if ([...this.volumes.values()].some((volume) => volume.attachedTo === id))
      throw new Error("a volume is still attached to it");
    this.machines.delete(id);
    this.filters.delete(id);
  }

  async filter(id: number, rules: PacketRules | null): Promise<void> {
    await this.#note(`filter ${id}`);
    this.filters.set(id, rules);
  }

  async mapReservedIp(ip: string, id: number | null): Promise<void> {
    if (id !== null) this.#machine(id);
    await this.#note(`mapReservedIp ${ip} ${id}`);
    this.mapped.set(ip, id);
  }

  async createVolume(volume: VolumeSpec): Promise<void> {
    await this.#note(`createVolume ${volume.id}`);
    this.volumes.set(volume.id, { ...volume });
  }

  async growVolume(id: string, gigabytes: number): Promise<void> {
    await this.#note(`growVolume ${id} ${gigabytes}`);
    this.volumes.set(id, { ...this.#volume(id), gigabytes });
  }

  async destroyVolume(id: string): Promise<void> {
    if (this.#volume(id).attachedTo !== undefined) throw new Error("it is attached");
    await this.#note(`destroyVolume ${id}`);
    this.volumes.delete(id);
  }

  async attachVolume(id: string, dropletId: number): Promise<void> {
    this.#machine(dropletId);
    await this.#note(`attachVolume ${id} ${dropletId}`);
    this.#plugIn(id, dropletId);
  }

  #plugIn(id: string, dropletId: number): void {
    if (this.#volume(id).attachedTo !== undefined) throw new Error("it is attached");
    this.#volume(id).attachedTo = dropletId;
  }

  async detachVolume(id: string, dropletId: number): Promise<void> {
    if (this.#volume(id).attachedTo !== dropletId) throw new Error("it is not attached there");
    await this.#note(`detachVolume ${id} ${dropletId}`);
    delete this.#volume(id).attachedTo;
  }
}
