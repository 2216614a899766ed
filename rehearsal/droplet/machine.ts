import type { DropletSize } from "../cloud/world.ts";
import type { Namespace } from "../internet/namespace.ts";

/** A machine that a Droplet runs on; one implementation for each way to boot one. */
export interface Machine {
  /** Boots with the network interface `eth0` of this namespace; resolves when commands can be run in it. */
  powerOn(size: DropletSize, network: Namespace): Promise<void>;
  /** Asks it to shut down, as the power button does; resolves when it is off. */
  shutdown(): Promise<void>;
  /** Cuts the power; resolves when it is off. */
  powerOff(): Promise<void>;
  /** Resolves when a machine that was powered on has gone off, by itself or not. */
  off(): Promise<"off" | "reboot">;
}
