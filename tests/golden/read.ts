import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import type { MachineSettings } from "../../cloud-init/settings.ts";
import { userData } from "../../cloud-init/user-data.ts";

interface File {
  readonly path: string;
  readonly permissions: string;
  readonly owner?: string;
  /** Absent: the content is as it is. */
  readonly encoding?: "gz+b64";
  readonly content: string;
}

interface Document {
  readonly users: readonly { name: string; [field: string]: unknown }[];
  readonly write_files: readonly File[];
  readonly [module: string]: unknown;
}

/** As cloud-init reads it: YAML 1.1, and each file's content unpacked. */
export function read(settings: MachineSettings): Document {
  const document = parse(userData(settings), { version: "1.1" }) as Document;
  const unpack = (content: string) => gunzipSync(Buffer.from(content, "base64")).toString();
  const write_files = document.write_files.map(({ encoding, content, ...file }) => ({
    ...file,
    content: encoding === undefined ? content : unpack(content),
  }));
  return { ...document, write_files };
}

/** One of the files that the machine gets; it must be there. */
export function file(settings: MachineSettings, path: string): File {
  const found = read(settings).write_files.find((one) => one.path === path);
  if (found === undefined) throw new Error(`the user-data has no ${path}`);
  return found;
}

/** OpenClaw's own configuration on the machine. */
export const openclaw = (settings: MachineSettings) =>
  JSON.parse(file(settings, "/etc/openclaw/openclaw.json").content);

/** The values of an environment file, as a POSIX shell reads it (systemd reads the same syntax). */
export function environment(settings: MachineSettings, path: string): Record<string, string> {
  const script = `set -a; unset $(env | cut -d= -f1 | grep -v ^PATH$); eval "$(cat)"; env -0`;
  const output = execFileSync("bash", ["--norc", "-c", script], { input: file(settings, path).content });
  return Object.fromEntries(
    output
      .toString()
      .split("\0")
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
