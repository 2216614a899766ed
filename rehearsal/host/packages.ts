import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { type Progress, step } from "../progress.ts";
import { run } from "./run.ts";

/** Debian packages, each with the commands or files that are wanted of it. */
export type Packages = { readonly [name: string]: readonly string[] };

/** The commands that a rehearsal calls. */
const rehearsalPackages: Packages = {
  curl: ["curl"],
  "dnsmasq-base": ["dnsmasq"],
  e2fsprogs: ["mkfs.ext4"],
  iproute2: ["ip"],
  mmdebstrap: ["mmdebstrap"],
  mount: ["losetup"],
  nftables: ["nft"],
  openssl: ["openssl"],
  "openssh-client": ["ssh-keygen"],
  passt: ["pasta"],
  procps: ["sysctl"],
  "systemd-container": ["systemd-nspawn"],
  "util-linux": ["nsenter", "setpriv", "unshare"],
  xfsprogs: ["mkfs.xfs"],
};

/** What virtual machines need besides. */
export const virtualMachinePackages: Packages = {
  e2fsprogs: ["mkfs.ext4"],
  "qemu-system-x86": ["qemu-system-x86_64"],
  socat: ["socat"],
};

/**
 * Installs what is missing of the Debian packages that booting a Droplet needs, or says in one line what to do.
 * @param more packages besides.
 */
export async function ensureHostPackages(progress: Progress, more: Packages = {}): Promise<void> {
  const wanted: Packages = { ...rehearsalPackages, ...more };
  const missing = Object.keys(wanted).filter((name) => !wanted[name]?.every(isInstalled));
  if (missing.length === 0) return;
  const install = `apt-get install ${missing.join(" ")}`;
  if (process.platform !== "linux" || !isInstalled("apt-get"))
    throw new Error(
      `booting a Droplet needs Debian with the packages ${missing.join(", ")}: use a Debian machine`,
    );
  if (process.getuid?.() !== 0)
    throw new Error(
      `booting a Droplet needs root and the packages ${missing.join(", ")}: run "sudo ${install}"`,
    );
  await step(progress, `installing Debian packages on this host: ${missing.join(", ")}`, async () => {
    await run("apt-get", ["update", "--quiet"]);
    // another apt at work is waited for; a question would never be answered
    const quietly = [
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      "--yes",
      "--quiet",
      "-o",
      "DPkg::Lock::Timeout=300",
    ];
    await run("env", [...quietly, "install", "--no-install-recommends", ...missing]);
  });
}

/** The system's own directories too, which a user's PATH may lack. */
function isInstalled(command: string): boolean {
  if (isAbsolute(command)) return existsSync(command);
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.some((directory) => existsSync(join(directory, command)));
}
