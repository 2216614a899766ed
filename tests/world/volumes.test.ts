import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { allLoopDevices } from "../../rehearsal/host/loop-device.ts";
import type { RehearsalWorld } from "../../rehearsal/world.ts";
import { bootDroplet, dropletId } from "./droplet.ts";
import { createTestWorld } from "./test-world.ts";

const link = "/dev/disk/by-id/scsi-0DO_Volume";
/** Runs before all of cloud-init that reads user-data. */
const userData = `#cloud-config\nbootcmd: ["readlink -e ${link}_state >/root/at-boot"]\n`;
const GIBIBYTE = 1024 ** 3;

describe("Volumes of a booted Droplet", () => {
  const xfs = { id: "state-id", name: "state", gigabytes: 1, filesystem: "xfs", label: "claw" } as const;
  const ext4 = { id: "more-id", name: "more", gigabytes: 1, filesystem: "ext4", label: "" } as const;
  const blank = { id: "blank-id", name: "blank", gigabytes: 1, filesystem: null, label: "" } as const;
  let world: RehearsalWorld;
  let runDirectory: string;
  let close: () => Promise<void>;

  const inDroplet = (script: string, id = dropletId) =>
    world.exec(id, ["sh", "-c", script], ["ignore", "ignore", "inherit"]);
  const loopDevices = async () =>
    (await allLoopDevices()).map(({ file }) => file).filter((file) => file.startsWith(runDirectory));

  beforeAll(async () => {
    ({ world, runDirectory, close } = await createTestWorld());
    for (const volume of [xfs, ext4, blank]) await world.createVolume(volume);
    await bootDroplet(world, userData, { volumes: [xfs.id] });
    await inDroplet("cloud-init status --wait");
  }, 600_000);

  afterAll(() => close());

  it("are there before cloud-init looks, formatted and labelled as ordered", async () => {
    expect(await inDroplet("test -b $(cat /root/at-boot)")).toBe(0);
    expect(await inDroplet(`test "$(blkid -o value -s TYPE ${link}_state)" = xfs`)).toBe(0);
    expect(await inDroplet(`test "$(blkid -o value -s LABEL ${link}_state)" = claw`)).toBe(0);
    expect(await inDroplet(`mount ${link}_state /mnt && echo kept >/mnt/file`)).toBe(0);
  });

  it("come to and go from a machine that runs", async () => {
    await world.attachVolume(ext4.id, dropletId);
    await world.attachVolume(blank.id, dropletId);
    expect(await inDroplet(`blkid -p ${link}_blank`)).toBe(2); // no signature of anything
    expect(await inDroplet(`mkdir /media/more && mount -t ext4 ${link}_more /media/more`)).toBe(0);
    await expect(world.detachVolume(ext4.id)).rejects.toThrow("unmount it there, then detach it");
    expect(await inDroplet(`touch /media/more/file && test -e ${link}_more`)).toBe(0); // nothing was torn away

    expect(await inDroplet("umount /media/more")).toBe(0);
    for (const volume of [ext4, blank]) await world.detachVolume(volume.id);
    expect(await inDroplet(`ls ${link}_more ${link}_blank; test $? = 2`)).toBe(0);
    expect(await loopDevices()).toEqual([join(runDirectory, "volumes", xfs.id)]);
  });

  it("grow under the file system that is mounted", async () => {
    await world.growVolume(xfs.id, 2);
    expect(await inDroplet(`test $(blockdev --getsize64 ${link}_state) = ${2 * GIBIBYTE}`)).toBe(0);
  });

  it("outlive their Droplet, its reboot and its loss of power", async () => {
    await inDroplet("sync");
    await world.powerOff(dropletId);
    await world.powerOn(dropletId);
    expect(await inDroplet(`mount ${link}_state /mnt && grep kept /mnt/file`)).toBe(0);
    await world.destroy(dropletId);
    expect(await loopDevices()).toEqual([]);

    await bootDroplet(world, userData, { id: dropletId + 1, volumes: [xfs.id] });
    expect(await inDroplet(`mount ${link}_state /mnt && grep kept /mnt/file`, dropletId + 1)).toBe(0);
    await world.destroy(dropletId + 1);
  }, 60_000);

  it("leave no file when they are destroyed", async () => {
    for (const volume of [xfs, ext4, blank]) await world.destroyVolume(volume.id);
    expect(await readdir(join(runDirectory, "volumes"))).toEqual([]);
  });
});
