import { openSync } from "node:fs";
import { join } from "node:path";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { until } from "../host/until.ts";
import type { Addresses } from "./addresses.ts";
import type { Namespace } from "./namespace.ts";

/** The names of the rehearsal's Internet, with their addresses. Nothing else is below `example` (RFC 2606). */
export const names = (plan: Addresses): Readonly<Record<string, readonly string[]>> => {
  const { websites, inner } = plan.internet;
  return {
    // First, so that the address's own name is this one.
    "permitted.example": [websites],
    "other.example": [websites],
    // What agents must not reach although their lists have it.
    "inner.example": [inner],
    "mixed.example": [websites, inner],
  };
};

/** Each question that Droplets asked the resolver is a line of this file. */
export const resolverLog = (runDirectory: string) => join(runDirectory, "resolver.log");

/** Starts dnsmasq in the "internet" namespace. */
export async function startResolver(
  record: RunRecord,
  runDirectory: string,
  internet: Namespace,
  plan: Addresses,
): Promise<void> {
  const log = resolverLog(runDirectory);
  record.add({ kind: "path", path: log });
  const file = openSync(log, "a", 0o600);
  const hosts = Object.entries(names(plan)).flatMap(([name, addresses]) =>
    addresses.map((address) => `--host-record=${name},${address}`),
  );
  start(record, {
    name: "resolver",
    command: "nsenter",
    args: [
      ...[
        `--net=${internet.path}`,
        "--",
        "dnsmasq",
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--pid-file=",
      ],
      ...["--user=root", "--no-hosts", "--no-resolv", "--log-queries", "--log-facility=-", "--cache-size=0"],
      ...[
        "--bind-interfaces",
        `--listen-address=${plan.resolver}`,
        `--server=${plan.hostResolver}@${plan.resolver}`,
      ],
      ...["--local=/example/", ...hosts],
    ],
    stdio: ["ignore", file, file],
  });
  const listens = () => internet.run("ss", ["-Hlun", "src", `${plan.resolver}:53`]);
  await until(async () => (await listens()) !== "", `the resolver to start; see ${log}`);
}
