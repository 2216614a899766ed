import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, strToU8 } from "fflate";

/** A file on the machine, as cloud-init's write_files takes it. */
export interface MachineFile {
  readonly path: string;
  readonly content: string;
  /** What `content` is, if not the plain text. */
  readonly encoding?: "gz+b64";
  /** Octal, four digits. */
  readonly permissions: string;
  /** "user:group"; absent: root's. */
  readonly owner?: string;
}

const root = fileURLToPath(new URL("files/", import.meta.url));

/** What exists only where somebody may sign in. */
const onlyWithAdmin = [
  "/etc/fail2ban/jail.d/sshd.local",
  "/etc/nftables.d/ssh.nft",
  "/etc/ssh/sshd_config.d/00-openclaw.conf",
];

/** What exists only where an agent may reach some hosts. */
const onlyWithEgress = [
  "/etc/nftables.d/egress.nft",
  "/etc/squid/squid.conf",
  "/etc/systemd/journald@egress.conf",
  "/etc/systemd/system/openclaw-egress@.service",
  "/etc/systemd/system/openclaw-egress@.socket",
  "/etc/systemd/system/squid.service.d/openclaw.conf",
  "/usr/local/lib/openclaw/steps/egress",
];

/** The files below files/, which mirrors the machine's root; verbatim but for whole lines of comment. */
export function verbatimFiles(machine: { readonly admin: boolean; readonly egress: boolean }): MachineFile[] {
  const leftOut = [...(machine.admin ? [] : onlyWithAdmin), ...(machine.egress ? [] : onlyWithEgress)];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: `/${file.slice(root.length).replaceAll("\\", "/")}` }))
    .filter(({ path }) => !leftOut.includes(path))
    .map(({ file, path }) => {
      // A checkout on Windows may have other line ends; the machine must be the same.
      const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n").replaceAll(commentLine, "");
      return { path, permissions: text.startsWith("#!") ? "0755" : "0644", ...packed(text) };
    });
}

/** Compressed where that is shorter, by code that gives the same bytes everywhere; Node's own does not. */
function packed(text: string): { content: string; encoding?: "gz+b64" } {
  const bytes = gzipSync(strToU8(text), { level: 9, mtime: 0 });
  const content = Buffer.from(bytes).toString("base64");
  return content.length < text.length ? { content, encoding: "gz+b64" } : { content: text };
}

/** Left out on the machine: user-data has room for 64 KiB, and of that the comments alone would take 11. */
const commentLine = /^[ \t]*(#|\/\/)( .*)?\n/gm;
