import { createHash } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../cache.ts";
import { hostAptChecks, hostMirrors, type Mirrors } from "../host/apt-sources.ts";
import { run } from "../host/run.ts";
import { type Progress, step } from "../progress.ts";
import { hostEnvironment } from "./host-environment.ts";

/**
 * Less than every Debian cloud image has, so that a package which the machine forgets to install is missed here too:
 * apt's essentials (mmdebstrap's minbase) and, of the package lists of Debian's own debian-cloud-images
 * (package_config: CLOUD, GENERIC, SYSTEM_BOOT), what a machine needs to boot, to be reached and to run cloud-init.
 * Left out on purpose though those images have them: unattended-upgrades, nftables, curl, gnupg. A container has no
 * use for the kernel, a virtual machine boots it.
 */
const packages = [
  ...["systemd", "systemd-sysv", "systemd-timesyncd", "libpam-systemd", "dbus", "udev", "kmod", "init"],
  ...["cloud-init", "cloud-guest-utils", "openssh-server", "sudo", "python3", "ca-certificates", "apt-utils"],
  ...["iproute2", "iputils-ping", "netbase", "procps", "less", "locales"],
  ...["linux-image-cloud-amd64", "initramfs-tools", "zstd"],
];

const suite = "trixie";
const files = fileURLToPath(new URL("files", import.meta.url));
const hostCertificates = "/usr/local/share/ca-certificates";

/** The root directory that every Droplet's disk starts as a copy of; built once and kept in the user's cache. */
export async function baseRoot(progress: Progress): Promise<string> {
  const mirrors = await hostMirrors();
  const checks = await hostAptChecks();
  const environment = await hostEnvironment();
  const ingredients = [
    await readFile(fileURLToPath(import.meta.url), "utf8"),
    JSON.stringify({ mirrors, checks, environment }),
    await contents(files),
    await contents(hostCertificates),
  ];
  const directory = await cached("droplet", ingredients, (part) =>
    step(progress, "building the Debian base image", () =>
      build(join(part, "root"), { mirrors, checks, environment }),
    ),
  );
  return join(directory, "root");
}

interface HostSettings {
  readonly mirrors: Mirrors;
  readonly checks: string;
  readonly environment: string;
}

async function build(root: string, host: HostSettings): Promise<void> {
  const { archive, security } = host.mirrors;
  const options = host.checks.split("\n").filter((line) => line !== "");
  await run("mmdebstrap", [
    "--quiet",
    "--mode=root",
    "--variant=minbase",
    "--keyring=/usr/share/keyrings",
    ...options.map((option) => `--aptopt=${option}`),
    `--essential-hook=copy-in ${join(files, "etc/initramfs-tools")} /etc`, // read when the kernel is installed
    `--include=${packages.join(",")}`,
    suite,
    root,
    `deb ${archive} ${suite} main`,
    `deb ${archive} ${suite}-updates main`,
    `deb ${security} ${suite}-security main`,
  ]);
  await adapt(root, host);
}

/** Every difference between this root and a Droplet's disk, each with its reason; the files have theirs inside. */
async function adapt(root: string, host: HostSettings): Promise<void> {
  const write = (path: string, text: string) => writeFile(join(root, path), text);

  // the image's own sources, in the format that Debian's cloud images have
  const stanza = (uri: string, suites: string) =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
  await rm(join(root, "etc/apt/sources.list"), { force: true });
  await write(
    "etc/apt/sources.list.d/debian.sources",
    `${stanza(host.mirrors.archive, `${suite} ${suite}-updates`)}\n${stanza(host.mirrors.security, `${suite}-security`)}`,
  );
  // mmdebstrap's own settings and the host's identity do not belong on the disk
  await rm(join(root, "etc/apt/apt.conf.d/99mmdebstrap"), { force: true });
  await write("etc/hostname", "debian\n");
  await write("etc/machine-id", "");
  for (const name of await readdir(join(root, "etc/ssh")))
    if (name.startsWith("ssh_host_")) await rm(join(root, "etc/ssh", name)); // cloud-init makes new ones
  // OpenClaw takes the machine for a container where this file is
  await rm(join(root, ".dockerenv"), { force: true });

  // what the way out of this host needs: its exceptions for apt, its certificate authorities, its npm registry
  if (host.checks !== "") await write("etc/apt/apt.conf.d/99-rehearsal", host.checks);
  await cp(hostCertificates, join(root, "usr/local/share/ca-certificates"), { recursive: true });
  await run("chroot", [root, "update-ca-certificates"]);
  if (host.environment !== "") {
    await mkdir(join(root, "etc/systemd/system.conf.d"), { recursive: true });
    await write(
      "etc/systemd/system.conf.d/rehearsal.conf",
      `[Manager]\nDefaultEnvironment=${host.environment}\n`,
    );
  }

  await cp(files, root, { recursive: true });
  await pretendDigitalOcean(root);
  await run("chroot", [
    root,
    "systemctl",
    "enable",
    "--quiet",
    ...["rehearsal-kernel-views", "rehearsal-apt-lock", "rehearsal-network", "rehearsal-commands"],
  ]);
  await chmod(root, 0o755);
}

/** cloud-init knows a Droplet by its DMI data. A container has none: there it reads /etc/rehearsal/dmi instead. */
async function pretendDigitalOcean(root: string): Promise<void> {
  const path = join(root, "usr/lib/python3/dist-packages/cloudinit/dmi.py");
  const source = await readFile(path, "utf8");
  const patched = source
    .replace(/^DMI_SYS_PATH = (".*")$/m, 'DMI_SYS_PATH = "/etc/rehearsal/dmi" if is_container() else $1')
    .replace(/^( *)if is_container\(\):$/m, "$1if False:");
  if (!patched.includes("/etc/rehearsal/dmi") || !patched.includes("if False:"))
    throw new Error(`${suite}'s cloud-init reads DMI data in another way: adapt pretendDigitalOcean`);
  await writeFile(path, patched);
}

/** A digest of each file's path, mode and content. */
async function contents(directory: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const path of entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort())
    hash.update(`${path.slice(directory.length)}\0`).update(await readFile(path));
  return hash.digest("hex");
}
