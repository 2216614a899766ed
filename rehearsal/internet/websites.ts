import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { run } from "../host/run.ts";
import type { Addresses } from "./addresses.ts";
import type { Namespace } from "./namespace.ts";

const server = fileURLToPath(new URL("website-server.ts", import.meta.url));

/** Starts the websites that agents try to reach: one is public, one on a private address. */
export async function startWebsites(
  record: RunRecord,
  runDirectory: string,
  internet: Namespace,
  plan: Addresses,
): Promise<void> {
  const directory = join(runDirectory, "websites");
  record.add({ kind: "path", path: directory });
  await mkdir(directory, { mode: 0o700 });
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
  // Nobody checks it: what is asked is how far a request gets.
  const selfSigned = ["req", "-x509", "-days", "30", "-subj", "/CN=example", "-nodes", "-newkey", "rsa:2048"];
  await run("openssl", [...selfSigned, "-keyout", key, "-out", certificate]);
  const { websites, inner } = plan.internet;
  const child = start(record, {
    name: "websites",
    command: "nsenter",
    args: [`--net=${internet.path}`, "--", process.execPath, server, key, certificate, websites, inner],
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((listening, reject) => {
    child.stdout?.once("data", listening);
    child.once("exit", (code) => reject(new Error(`the websites did not start (${code})`)));
  });
}
