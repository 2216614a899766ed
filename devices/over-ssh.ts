import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenClaw } from "./devices.ts";
import { CommandFailed, run } from "./run.ts";
import type { Machine } from "./stack-machine.ts";

/** These win over the user's own configuration, which otherwise applies: keys, agent, jump host. */
const settings = [
  "StrictHostKeyChecking=yes",
  "GlobalKnownHostsFile=/dev/null",
  "IgnoreUnknown=KnownHostsCommand", // OpenSSH before 8.5
  "KnownHostsCommand=none",
  "VerifyHostKeyDNS=no",
  "UpdateHostKeys=no",
  "HostKeyAlgorithms=ssh-ed25519",
  // a connection that is open already was checked by other rules
  "ControlPath=none",
  "ForwardAgent=no",
  "ClearAllForwardings=yes",
  "RemoteCommand=none",
  "RequestTTY=no",
  "PreferredAuthentications=publickey",
  "ConnectTimeout=10",
  "LogLevel=ERROR",
];

/** OpenClaw's command line on this machine, by SSH as admin; only a machine with that very host key is spoken to. */
export function overSsh({ address, hostKey }: Machine): OpenClaw {
  return async (...words) => {
    const scratch = await mkdtemp(join(tmpdir(), "openclaw-devices-"));
    try {
      const knownHosts = join(scratch, "known_hosts");
      await writeFile(knownHosts, `gateway ${hostKey}\n`);
      const options = ["HostKeyAlias=gateway", `UserKnownHostsFile=${knownHosts}`, ...settings];
      const command = ["sudo", "--non-interactive", "openclaw", ...words].map(quoted).join(" ");
      return await run("ssh", ["-n", ...options.flatMap((one) => ["-o", one]), `admin@${address}`, command]);
    } catch (error) {
      throw error instanceof CommandFailed ? new Error(explained(error, address)) : error;
    } finally {
      await rm(scratch, { recursive: true });
    }
  };
}

/** As a shell takes it literally. */
const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** What ssh itself has to say (its exit code is 255 then), with what to do about it. */
function explained({ code, message }: CommandFailed, address: string): string {
  if (code === "ENOENT") return "there is no ssh on PATH: install OpenSSH's client";
  if (code !== 255) return message;
  if (/host key/i.test(message))
    return `what answers at ${address} does not have the stack's SSH host key, so nothing was sent to it: \`pulumi up\` tells whether the machine is the stack's. (${lastLine(message)})`;
  if (/Permission denied/.test(message))
    return `${address} does not take your SSH key. It takes the private half of admin.publicKey: name it in ~/.ssh/config, or give it to your agent with ssh-add. (${lastLine(message)})`;
  return `${address} cannot be reached by SSH: is your address among admin.cidrs? (${lastLine(message)})`;
}

const lastLine = (text: string) => text.split(/\r?\n/).at(-1);
