import { stat } from "node:fs/promises";
import { run } from "../../host/run.ts";
import type { VolumeDevice } from "../machine.ts";

/** Where a virtual machine's Volumes are plugged in. */
export const controller = ["-device", "virtio-scsi-pci,id=volumes"];

/** A Volume as QEMU is told of it: the guest's udev calls such a disk /dev/disk/by-id/scsi-0DO_Volume_NAME. */
export async function volumeHardware({ name, path }: VolumeDevice) {
  const [id, node] = [`volume-${name}`, `data-${name}`];
  const driver = (await stat(path)).isBlockDevice() ? "host_device" : "file";
  const identity = { vendor: "DO", product: "Volume", serial: name, device_id: name };
  return {
    node: { driver, filename: path, "node-name": node },
    device: { driver: "scsi-hd", bus: "volumes.0", drive: node, id, ...identity },
  };
}

/** Bytes. */
export const deviceSize = async (path: string) => Number(await run("blockdev", ["--getsize64", path]));
