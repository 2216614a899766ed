import { type StdioOptions, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { isAlive } from "../host/process.ts";
import { RunRecord } from "../host/record.ts";
import { groupsOf } from "./cgroups.ts";
import { dropletDirectory } from "./directory.ts";
import { runOverPort, takesCommands } from "./qemu/commands.ts";

/** The name of a Droplet's process in the record. */
export const processName = (dropletId: number) => `droplet ${dropletId}`;

/** Joins the control groups before `--`, then becomes the command after it. */
const join = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"';

const environment = () => [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  ...["HOME=/root", "USER=root", "LANG=C.UTF-8", `TERM=${process.env.TERM ?? "dumb"}`],
];

/**
 * Runs a command as root in a Droplet, in all its namespaces and within its limits; resolves to its exit code.
 * Works from any process that knows the run directory. Throws when the Droplet is not powered on.
 */
export async function execInDroplet(
  runDirectory: string,
  dropletId: number,
  command: readonly string[],
  stdio: StdioOptions,
): Promise<number> {
  const machine = await new RunRecord(runDirectory).process(processName(dropletId));
  if (machine === undefined || !(await isAlive(machine))) throw notPoweredOn(dropletId);
  const clean = ["env", "-i", ...environment(), ...command];
  const directory = dropletDirectory(runDirectory, dropletId);
  const child = takesCommands(directory)
    ? runOverPort(directory, clean, stdio)
    : spawn("sh", ["-c", join, "exec", ...(await entry(machine.pid, dropletId)), ...clean], { stdio });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGKILL" ? 137 : 143)));
  });
}

const notPoweredOn = (dropletId: number) => new Error(`Droplet ${dropletId} is not powered on`);

/** The way into a machine under systemd-nspawn. */
async function entry(nspawn: number, dropletId: number): Promise<string[]> {
  const init = await initOf(nspawn);
  if (init === undefined) throw notPoweredOn(dropletId);
  const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd"];
  return [...(await groupsOf(init)), ...["--", "nsenter", `--target=${init}`, ...namespaces, "--"]];
}

/** The pid, on this host, of the machine's PID 1: of the children of systemd-nspawn the one that is 1 to itself. */
export async function initOf(nspawn: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, "utf8").catch(() => "");
  for (const pid of children.split(" ").filter((text) => text !== "")) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    if (/^NSpid:\s+\d+\s+1$/m.test(status) && /^Name:\s+systemd$/m.test(status)) return Number(pid);
  }
  return undefined;
}
