import type { StdioOptions } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DropletSize, DropletSpec, PacketRules, VolumeSpec, World } from "./cloud/world.ts";
import { baseRoot } from "./droplet/base.ts";
import { dropletDirectory } from "./droplet/directory.ts";
import { Droplet, type Site } from "./droplet/droplet.ts";
import { execInDroplet } from "./droplet/exec.ts";
import type { MachineKind } from "./droplet/machine.ts";
import { Volume } from "./droplet/volume.ts";
import { cleanUp } from "./host/clean-up.ts";
import { isAlive, startTime } from "./host/process.ts";
import { RunRecord } from "./host/record.ts";
import { takeSlot } from "./host/slot.ts";
import { type AcmeAuthority, buildAuthority, startAuthority } from "./internet/acme.ts";
import { metadata } from "./internet/metadata.ts";
import { MetadataService } from "./internet/metadata-service.ts";
import { type RehearsedModels, startModels } from "./internet/model.ts";
import { createNamespace, type Namespace } from "./internet/namespace.ts";
import { startResolver } from "./internet/resolver.ts";
import { Router } from "./internet/router.ts";
import { startWebsites } from "./internet/websites.ts";
import { type Progress, step } from "./progress.ts";

/** Builds what every world needs into the user's cache, if it is not there. */
export async function prepareWorld(progress: Progress): Promise<void> {
  await Promise.all([baseRoot(progress), buildAuthority(progress)]);
}

/**
 * Makes a world that keeps all its files in this directory. It lives as long as this process; what a killed one
 * left there is taken away first. Throws when another process has a world there.
 */
export async function createWorld(options: {
  runDirectory: string;
  progress: Progress;
  machine?: MachineKind;
}): Promise<RehearsalWorld> {
  const runDirectory = resolve(options.runDirectory);
  if (runDirectory === "/run" || runDirectory.startsWith("/run/"))
    throw new Error(
      `${runDirectory} is in /run, which a booting Droplet cannot see: use a directory on a disk`,
    );
  await mkdir(runDirectory, { recursive: true, mode: 0o700 });
  const record = new RunRecord(runDirectory);
  const owner = (await record.read()).find((made) => made.kind === "owner");
  if (owner !== undefined && owner.pid !== process.pid && (await isAlive(owner)))
    throw new Error(`process ${owner.pid} has a rehearsal in ${runDirectory}: take it down first`);
  await cleanUp(runDirectory, options.progress);
  try {
    return await step(options.progress, "making the network", async () => {
      record.add({ kind: "owner", pid: process.pid, start: (await startTime(process.pid)) ?? "" });
      const plan = await takeSlot(record, runDirectory);
      const internet = await createNamespace(record, "internet");
      const router = await Router.create(record, plan, internet);
      const service = await MetadataService.start(record, runDirectory, router.namespace);
      const acme = await startAuthority(record, runDirectory, internet, plan, options.progress);
      const [models] = await Promise.all([
        startModels(record, internet, plan),
        startResolver(record, runDirectory, internet, plan),
        startWebsites(record, runDirectory, internet, plan),
      ]);
      const base = await baseRoot(options.progress);
      const { machine = "nspawn", progress } = options;
      const site = { record, runDirectory, plan, router, base, machine, progress };
      return new RehearsalWorld(site, internet, service, acme, models);
    });
  } catch (error) {
    await cleanUp(runDirectory);
    throw error;
  }
}

/** The world behind the API stand-in, on this computer. */
export class RehearsalWorld implements World {
  /** What the stack must be told, so that the machine gets its certificate from the rehearsal's authority. */
  readonly acme: AcmeAuthority;
  /** The models that agents think with. */
  readonly models: RehearsedModels;
  /** File with the root that a client must trust, in PEM. */
  readonly caCertificate: string;
  /** The address that Droplets see this host come from. */
  readonly hostAddress: string;
  /** Addresses in the "internet" namespace to be a client from, each another one to a Droplet. */
  readonly clientAddresses: readonly string[];
  readonly #site: Site;
  readonly #internet: Namespace;
  readonly #metadata: MetadataService;
  readonly #droplets = new Map<number, Droplet>();
  readonly #volumes = new Map<string, Volume>();
  readonly #addresses = new Map<number, string>();
  readonly #reserved = new Map<string, number | null>();

  constructor(
    site: Site,
    internet: Namespace,
    service: MetadataService,
    acme: AcmeAuthority,
    models: RehearsedModels,
  ) {
    this.#site = site;
    this.#internet = internet;
    this.#metadata = service;
    this.acme = acme;
    this.models = models;
    this.caCertificate = acme.rootCertificate;
    this.hostAddress = site.plan.host.host;
    this.clientAddresses = site.plan.internet.clients;
  }

  allocateDropletAddress(dropletId: number): string {
    const taken = new Set(this.#addresses.values());
    const address = this.#site.plan.droplets.find((one) => !taken.has(one));
    if (address === undefined)
      throw new Error(
        `all ${taken.size} Droplet addresses of this rehearsal are in use: destroy a Droplet first`,
      );
    this.#addresses.set(dropletId, address);
    return address;
  }

  allocateReservedIp(): string {
    const ip = this.#site.plan.reserved.find((one) => !this.#reserved.has(one));
    if (ip === undefined)
      throw new Error(
        `all ${this.#reserved.size} Reserved IPs of this rehearsal are in use: release one first`,
      );
    this.#reserved.set(ip, null);
    return ip;
  }

  releaseReservedIp(ip: string): void {
    this.#reserved.delete(ip);
  }

  async createDroplet(spec: DropletSpec): Promise<void> {
    const droplet = new Droplet(this.#site, spec);
    this.#droplets.set(spec.id, droplet);
    try {
      await this.#site.router.addDroplet(spec.id, spec.address);
      await this.#publish(droplet);
      await droplet.makeDisk();
      for (const id of spec.volumes) await this.#volume(id).attach(droplet);
      await droplet.powerOn();
    } catch (error) {
      await this.destroy(spec.id); // a Droplet that was not made leaves nothing
      throw error;
    }
  }

  /**
   * Another Droplet, a virtual machine, with this one's disks as they are now. Powered on, it takes itself for the
   * same, at an address of its own; the API does not know it.
   */
  async copyAsVirtualMachine(dropletId: number): Promise<DropletSpec> {
    const original = this.#droplet(dropletId);
    const id = dropletId + 1_000_000_000; // the API counts on from the original's
    const spec = { ...original.spec, id, address: this.allocateDropletAddress(id) };
    const copy = new Droplet({ ...this.#site, machine: "vm" }, spec, dropletId);
    this.#droplets.set(id, copy);
    await this.#site.router.filterAlike(dropletId, id);
    await this.#site.router.addDroplet(id, spec.address);
    await this.#publish(copy);
    await original.copyDisks(
      copy,
      [...this.#volumes.values()].filter((volume) => volume.droplet === original),
    );
    return spec;
  }

  powerOn(dropletId: number): Promise<void> {
    return this.#droplet(dropletId).powerOn();
  }

  shutdown(dropletId: number): Promise<void> {
    return this.#droplet(dropletId).shutdown();
  }

  powerOff(dropletId: number): Promise<void> {
    return this.#droplet(dropletId).powerOff();
  }

  async resize(dropletId: number, size: DropletSize): Promise<void> {
    this.#droplet(dropletId).resize(size);
  }

  async destroy(dropletId: number): Promise<void> {
    const droplet = this.#droplet(dropletId);
    await droplet.powerOff();
    for (const volume of this.#volumes.values()) if (volume.droplet === droplet) await volume.detach();
    await droplet.removeDisk();
    await this.#metadata.withdraw(droplet.spec.address);
    await this.#site.router.removeDroplet(dropletId);
    this.#droplets.delete(dropletId);
    this.#addresses.delete(dropletId);
  }

  filter(dropletId: number, rules: PacketRules | null): Promise<void> {
    return this.#site.router.filter(dropletId, rules);
  }

  async mapReservedIp(ip: string, dropletId: number | null): Promise<void> {
    const before = this.#reserved.get(ip) ?? null;
    this.#reserved.set(ip, dropletId);
    await this.#site.router.mapReservedIp(ip, dropletId);
    for (const id of [before, dropletId]) {
      const droplet = id === null ? undefined : this.#droplets.get(id);
      if (droplet !== undefined) await this.#publish(droplet);
    }
  }

  async createVolume(spec: VolumeSpec): Promise<void> {
    const { record, runDirectory } = this.#site;
    this.#volumes.set(spec.id, await Volume.create(record, runDirectory, spec));
  }

  growVolume(volumeId: string, gigabytes: number): Promise<void> {
    return this.#volume(volumeId).grow(gigabytes);
  }

  async destroyVolume(volumeId: string): Promise<void> {
    await this.#volume(volumeId).destroy();
    this.#volumes.delete(volumeId);
  }

  attachVolume(volumeId: string, dropletId: number): Promise<void> {
    return this.#volume(volumeId).attach(this.#droplet(dropletId));
  }

  detachVolume(volumeId: string): Promise<void> {
    return this.#volume(volumeId).detach();
  }

  /** Runs a command as root in a Droplet; resolves to its exit code. */
  exec(dropletId: number, command: readonly string[], stdio: StdioOptions): Promise<number> {
    return execInDroplet(this.#site.runDirectory, dropletId, command, stdio);
  }

  /** Runs a short command as a client on the Internet, and gives its output; see `clientAddresses`. */
  runInInternet(command: string, args: readonly string[], input?: string): Promise<string> {
    return this.#internet.run(command, args, input);
  }

  /** What the machine's console printed since it was made. */
  consoleLog(dropletId: number): string {
    return join(dropletDirectory(this.#site.runDirectory, dropletId), "console.log");
  }

  /** Cuts every Droplet's power and takes all of this world away. */
  close(): Promise<void> {
    return cleanUp(this.#site.runDirectory);
  }

  #droplet(id: number): Droplet {
    const droplet = this.#droplets.get(id);
    if (droplet === undefined) throw new Error(`there is no Droplet ${id}`);
    return droplet;
  }

  #volume(id: string): Volume {
    const volume = this.#volumes.get(id);
    if (volume === undefined) throw new Error(`there is no Volume ${id}`);
    return volume;
  }

  async #publish(droplet: Droplet): Promise<void> {
    const { identity, mac, spec } = droplet;
    const reservedIp = [...this.#reserved].find(([, id]) => id === identity)?.[0];
    const document = metadata(this.#site.plan, { ...spec, id: identity }, mac, reservedIp);
    await this.#metadata.publish(spec.address, document);
  }
}
