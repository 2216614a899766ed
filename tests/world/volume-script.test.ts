import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { attachLoopDevice, detachLoopDevice } from "../../rehearsal/host/loop-device.ts";
import { RunRecord } from "../../rehearsal/host/record.ts";
import { run } from "../../rehearsal/host/run.ts";

const script = fileURLToPath(
  new URL("../../cloud-init/files/usr/local/lib/openclaw/volume", import.meta.url),
);
const me = "500000001";
const other = "500000002";

/**
 * Real devices and a real file system, without a machine: the script runs in mount namespaces of its own, where the
 * commands that talk to systemd or only wait are stand-ins. `sleep` says when it is called, and each test decides
 * what happens meanwhile.
 */
describe("the script that holds the Volume", () => {
  let directory: string;
  let image: string;
  let device: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "openclaw-volume-"));
    image = join(directory, "image");
    await run("truncate", ["--size", "1G", image]);
    device = await attachLoopDevice(new RunRecord(directory), image);
  });

  afterEach(async () => {
    await detachLoopDevice(image);
    await rm(directory, { recursive: true });
  });

  /** Runs it until it gives up, or until its second round with the Volume. */
  async function hold(options: { device?: string; meanwhile?: string; hostKey?: string } = {}) {
    const bin = join(directory, "bin");
    await mkdir(bin, { recursive: true });
    const command = (name: string, body: string) =>
      writeFile(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    await command("systemctl", `echo "systemctl $*" >>${directory}/said`);
    await command("systemd-notify", `echo "notify $*" >>${directory}/said`);
    await command("chown", ":"); // of a user that this computer does not have
    await command(
      "sleep",
      `echo "sleep $1" >>${directory}/said; ${options.meanwhile ?? ":"}
      [ "$1" != 5 ] || kill -TERM $PPID`,
    );
    const world = `set -e
      mount -t tmpfs tmpfs /srv; mount -t tmpfs tmpfs /var/lib; mount -t tmpfs tmpfs /run
      mkdir -p /var/lib/cloud/data /run/openclaw-setup; echo ${me} >/var/lib/cloud/data/instance-id
      echo ready >/run/openclaw-setup/status
      ${options.hostKey === undefined ? "" : ssh(options.hostKey)}
      code=0; bash ${script} || code=$?; cat /run/openclaw-setup/status; exit $code`;
    const child = spawn("unshare", ["--mount", "--", "sh", "-c", world], {
      env: { PATH: `${bin}:${process.env.PATH}:/usr/sbin:/sbin`, VOLUME_DEVICE: options.device ?? device },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    const said = await readFile(join(directory, "said"), "utf8").catch(() => "");
    await rm(join(directory, "said"), { force: true });
    return { code, output, said };
  }

  const hostKeyFile = "/etc/ssh/ssh_host_ed25519_key";
  /** The part of a machine that the stack gave SSH and this host key. */
  const ssh = (key: string) => `mount -t tmpfs tmpfs /etc/ssh; mkdir /etc/ssh/sshd_config.d
      touch /etc/ssh/sshd_config.d/00-openclaw.conf; echo ${key} >${hostKeyFile}`;

  /** Does something with the Volume's file system, as another machine would. */
  const elsewhere = (command: string) =>
    run("unshare", ["--mount", "--", "sh", "-ec", `mount -t tmpfs t /srv; mount ${device} /mnt; ${command}`]);

  const status = (reason: string) =>
    expect.stringMatching(new RegExp(`(^|\n)${reason}\nfailed: volume: ${reason}\n$`));

  it("formats a blank Volume, once, and gives it back at its end", async () => {
    const first = await hold();
    expect(first).toMatchObject({ code: 0, output: "ready\n" });
    expect(first.said).toBe("notify --ready\nnotify --no-block WATCHDOG=1\nsleep 5\n");
    const id = await run("blkid", ["--probe", "--output", "value", "--match-tag", "UUID", device]);
    await elsewhere("! grep -q [0-9] /mnt/lease; echo kept >/mnt/openclaw/file");
    expect(await hold()).toMatchObject({ code: 0 });
    expect(await run("blkid", ["--probe", "--output", "value", "--match-tag", "UUID", device])).toBe(id);
    await elsewhere("grep -q kept /mnt/openclaw/file");
  });

  const unknown = "has data of an unknown kind: it is left as it is";
  /** Writes bytes, by their octal numbers, at a place. */
  const poke = (bytes: string, at: number) =>
    `printf '${bytes}' | dd of=$D bs=1 seek=${at} conv=notrunc status=none`;

  it.each([
    [
      "another file system",
      "mkfs.ext4 -q -F $D",
      "holds TYPE=ext4 and not our file system: it is left as it is",
    ],
    [
      "a partition table",
      poke("\\125\\252", 510),
      "holds PTTYPE=dos and not our file system: it is left as it is",
    ],
    ["something unknown at its start", poke("x", 40_000_000), unknown],
    ["something unknown at its end", poke("x", 1_073_741_000), unknown],
  ])("leaves a Volume with %s as it is", async (_, make, reason) => {
    await run("sh", ["-ec", make.replaceAll("$D", image)]);
    const start = () => run("sh", ["-c", `head --bytes=64M ${image} | sha256sum`]);
    const before = await start();
    const { code, output } = await hold();
    expect([code, output]).toEqual([1, status(`the Volume \\S+ ${reason}`)]);
    expect(await start()).toBe(before);
  });

  it("waits a minute for a Volume that is late, and says so when it does not come", async () => {
    const late = join(directory, "late");
    const comes = await hold({ device: late, meanwhile: `[ -e ${late} ] || ln -s ${device} ${late}` });
    expect(comes).toMatchObject({ code: 0, output: "ready\n" });
    const never = await hold({ device: "/dev/disk/by-id/scsi-0DO_Volume_volume-gw" });
    expect(never.output).toEqual(
      status(
        "DigitalOcean attached no Volume volume-gw within a minute: attach it to this Droplet, then restart openclaw-setup",
      ),
    );
    expect(never.said).toBe("sleep 1\n".repeat(60));
  });

  it("waits for a Droplet that did not give it back, until that one has noticed", async () => {
    await hold();
    await elsewhere(`echo ${other} >/mnt/lease`);
    const { code, output, said } = await hold();
    expect(output).toContain(`Droplet ${other} did not give the Volume back: waiting`);
    expect([code, said.split("\n")[0]]).toEqual([0, "sleep 75"]);
  });

  it("leaves the Volume to a Droplet that still works with it", async () => {
    await hold();
    await elsewhere(`echo ${other} >/mnt/lease`);
    const { output, said } = await hold({ meanwhile: "touch /srv/openclaw/lease" });
    expect(output).toEqual(status(`Droplet ${other} works with the Volume \\S+: shut it down`));
    expect(said).toBe("sleep 75\n");
    await elsewhere(`grep -q ${other} /mnt/lease`);
  });

  it("kills the gateway as soon as somebody else has the Volume", async () => {
    const meanwhile = `echo ${other} >/srv/openclaw/lease; exit`;
    const { code, output, said } = await hold({ meanwhile });
    expect(code).toBe(1);
    expect(said.split("\n").at(-2)).toBe("systemctl kill --signal=KILL openclaw-gateway.service");
    expect(output).toEqual(status("the Volume \\S+ is not ours any more: .*, then restart openclaw-setup"));
    await elsewhere(`grep -q ${other} /mnt/lease`);
  });

  it("counts what agents write as a project of its own, which a quota can bound", async () => {
    await hold();
    const projectOf = (file: string) => elsewhere(`xfs_io -r -c lsproj ${file}`);
    await elsewhere("mkdir /mnt/openclaw-workspaces/main");
    expect(await projectOf("/mnt/openclaw-workspaces/main")).toContain("projid = 1");
    expect(await projectOf("/mnt/openclaw")).toContain("projid = 0");
  });

  const fill = "dd if=/dev/zero of=/mnt/openclaw/much bs=64k 2>/dev/null || sync; ! echo more >/mnt/one-more";
  const grow = () => `truncate --size 2G ${image}; losetup --set-capacity ${device}`;

  it("takes a full Volume, which only so can grow", async () => {
    await hold();
    await elsewhere(fill);
    expect(await hold()).toMatchObject({ code: 0, output: "ready\n" });
    await elsewhere(`echo ${other} >/mnt/lease`);
    expect((await hold()).output).toContain(`Droplet ${other} did not give the Volume back: waiting`);
    await run("sh", ["-ec", grow()]);
    expect(await hold()).toMatchObject({ code: 0 });
    await elsewhere("echo more >/mnt/one-more");
  });

  const theirs = `mkdir /mnt/ssh; echo theirs >/mnt/ssh/ssh_host_ed25519_key`;
  it.each([
    ["has SSH's host key from then on", ":", /^ours\nxfs\n/],
    ["has the stack's host key instead of another's", theirs, /^ours\nxfs\n/],
    [
      "leaves SSH the stack's host key where it is full",
      `${theirs}; ${fill}`,
      /has no room.*\nours\ntmpfs\n/,
    ],
  ])("%s", async (_, before, expected) => {
    await hold();
    await elsewhere(before);
    const meanwhile = `cat ${hostKeyFile}; findmnt --noheadings --output FSTYPE --target ${hostKeyFile}`;
    expect((await hold({ hostKey: "ours", meanwhile })).output).toMatch(expected);
  });

  it.each([
    [
      "starts a setup again that had failed",
      "failed: volume: full",
      "systemctl restart --no-block openclaw-setup.service\n",
    ],
    ["leaves a gateway alone that is ready", "ready", ""],
  ])("when the Volume grows, %s", async (_, status, said) => {
    const grown = join(directory, "grown");
    const once = `echo ${status} >/run/openclaw-setup/status; touch ${grown}; ${grow()}; exit`;
    const meanwhile = `[ -e ${grown} ] || { ${once}; }`;
    const round = "notify --no-block WATCHDOG=1\nsleep 5\n";
    expect((await hold({ meanwhile })).said).toBe(
      `notify --ready\n${round}notify --no-block WATCHDOG=1\n${said}sleep 5\n`,
    );
  });

  it("lets the file system follow when the Volume grows", async () => {
    await hold();
    await run("sh", ["-ec", grow()]);
    await hold();
    await elsewhere("test $(stat --file-system --format %b /mnt) -gt $((1800 * 256))");
  });
});
