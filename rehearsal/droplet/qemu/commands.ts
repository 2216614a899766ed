/** How commands get into a virtual machine: by SSH, over the serial port that rehearsal-commands.service serves. */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { start } from "../../host/process.ts";
import type { RunRecord } from "../../host/record.ts";

// Sockets in the Droplet's directory, named from there: the kernel takes no path of more than 107 characters.
const port = "commands-port";
const control = "commands";
const options = ["-F", "none", "-S", control, "-o", "LogLevel=ERROR"];
const droplet = "root@droplet";

/** QEMU's end of the port. */
export const portArguments = [
  ...["-device", "virtio-serial-pci", "-chardev", `socket,id=commands,path=${port},server=on,wait=off`],
  ...["-device", "virtserialport,chardev=commands,name=rehearsal.commands"],
];

export const takesCommands = (directory: string) => existsSync(join(directory, control));

/** Connects to the port; many commands then share the connection, from any process. */
export async function connect(record: RunRecord, id: number, directory: string): Promise<ChildProcess> {
  await rm(join(directory, control), { force: true }); // of a connection that was killed
  const trusting = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
  const over = ["-o", `ProxyCommand=socat - UNIX-CONNECT:${port}`];
  const args = [`--chdir=${directory}`, "ssh", ...options, ...trusting, ...over, "-M", "-N", droplet];
  return start(record, { name: `commands of droplet ${id}`, command: "env", args, stdio: "ignore" });
}

/** Runs a command over the connection. */
export function runOverPort(directory: string, command: readonly string[], stdio: StdioOptions) {
  const terminal = stdio === "inherit" && process.stdin.isTTY ? "-tt" : "-T";
  // the shell stays beside the command, so that one which a signal ended has an exit code too
  const line = `${command.map(quote).join(" ")}; exit $?`;
  const only = ["-o", "ProxyCommand=false"]; // not around the connection
  return spawn("ssh", [...options, ...only, terminal, droplet, line], { cwd: directory, stdio });
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
