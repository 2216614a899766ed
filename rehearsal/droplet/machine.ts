import type { DropletSize } from "../cloud/world.ts";
import type { Wire } from "../internet/router.ts";

/**
 * The ways to run a Droplet: systemd-nspawn is fast and shares this computer's kernel; a virtual machine under QEMU
 * boots Debian's own.
 */
export const machineKinds = ["nspawn", "vm"] as const;
export type MachineKind = (typeof machineKinds)[number];

/** A Volume, as a machine is given it. */
export interface VolumeDevice {
  /** The Volume's name, which the machine finds it by: `/dev/disk/by-id/scsi-0DO_Volume_NAME`. */
  readonly name: string;
  /** Path of the block device on this computer. */
  readonly path: string;
}

/** A machine that a Droplet runs on; one implementation for each way to boot one. */
export interface Machine {
  /** Makes its disk, a copy of this root directory. */
  makeDisk(root: string): Promise<void>;
  /** Boots with this wire as `eth0`; resolves when commands can be run in it. */
  powerOn(size: DropletSize, wire: Wire, volumes: readonly VolumeDevice[]): Promise<void>;
  /** Asks it to shut down, as the power button does; resolves when it is off. */
  shutdown(): Promise<void>;
  /** Cuts the power; resolves when it is off. */
  powerOff(): Promise<void>;
  /** Plugs a Volume into the machine, which is on. */
  attach(volume: VolumeDevice): Promise<void>;
  /** Takes a Volume, which it has not mounted, from the machine, which is on. */
  detach(volume: VolumeDevice): Promise<void>;
  /** Shows the machine, which is on, that a Volume's device is larger now. */
  grown(volume: VolumeDevice): Promise<void>;
  /** Resolves when a machine that was powered on has gone off, by itself or not. */
  off(): Promise<"off" | "reboot">;
}
