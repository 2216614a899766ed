import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { RunRecord } from "../../../rehearsal/host/record.ts";
import { run } from "../../../rehearsal/host/run.ts";
import { gateway, runDirectory } from "../gateway.ts";
import { type Place, places } from "./connect.ts";

export interface SshCall {
  readonly from?: Place;
  readonly user?: string;
  /** Further options of ssh, each "Name=value". */
  readonly options?: readonly string[];
  readonly command?: string;
}

/** OpenSSH's own client, with the administrator's key and none of this user's files. */
export async function ssh({ from = places.host, user = "admin", options = [], command = "true" }: SshCall) {
  const settings = ["BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "ConnectTimeout=5"];
  const own = [
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    `BindAddress=${from.address}`,
  ];
  // The first value of an option is the one that counts.
  const all = [...options, `IdentityFile=${gateway.adminKey}`, ...settings, ...own].flatMap((one) => [
    "-o",
    one,
  ]);
  const args = ["-F", "/dev/null", ...all, `${user}@${gateway.dropletAddress}`, command];
  const [program = "", ...rest] = [...(await entry(from)), "ssh", ...args];
  // A ban that comes in the middle of a handshake leaves the client waiting for minutes.
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"], timeout: 10_000 });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "close")) as [number | null];
  const [stdout, stderr] = await output;
  return { code, stdout, stderr };
}

/** What the server shows; it takes a client that leaves after that for one that guesses. */
export async function hostKey(from: Place): Promise<string> {
  const [program = "", ...rest] = [...(await entry(from)), "ssh-keyscan", "-t", "ed25519"];
  const [, ...key] = (await run(program, [...rest, gateway.dropletAddress])).trim().split(" ");
  return key.join(" ");
}

async function entry({ namespace }: Place): Promise<string[]> {
  if (namespace === "host") return [];
  const holder = await new RunRecord(runDirectory).process(namespace);
  return ["nsenter", `--net=/proc/${holder?.pid}/ns/net`, "--"];
}
