import type { Devices, Paired, Pending } from "./devices.ts";
import { printable } from "./printable.ts";

type Row = readonly [label: string, value: string];

/** The list for a person, one line a fact: a fingerprint alone is 64 characters wide. */
export function report({ pending, paired }: Devices): string {
  const waiting = pending.map((one) =>
    block([
      ["request", printable(one.requestId)],
      ...client(one),
      ["wants", rights(one)],
      ["asked", time(one.ts)],
    ]),
  );
  const approved = paired.map((one) =>
    block([
      ...client(one),
      ["may", rights(one)],
      ["approved", time(one.approvedAtMs)],
      ["last seen", time(one.lastSeenAtMs)],
    ]),
  );
  return [
    `Waiting for approval: ${pending.length}`,
    ...waiting,
    `Approved: ${paired.length}`,
    ...approved,
  ].join("\n\n");
}

function client(one: Pending | Paired): Row[] {
  return [
    ["fingerprint", printable(one.deviceId)],
    ["address", printable(one.remoteIp)],
    ["client", `${printable(one.clientId)} (${printable(one.clientMode)}) on ${printable(one.platform)}`],
  ];
}

function rights({
  roles = [],
  scopes = [],
}: {
  roles?: readonly string[];
  scopes?: readonly string[];
}): string {
  return printable(`${roles.join(", ")}: ${scopes.join(", ")}`);
}

/** "2026-11-23 07:58:38 UTC" */
function time(milliseconds: number | undefined): string {
  const date = new Date(milliseconds ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return "-";
  return date.toISOString().replace("T", " ").replace(/\..*/, " UTC");
}

function block(rows: readonly Row[]): string {
  return rows.map(([label, value]) => `  ${label.padEnd(11)}  ${value}`).join("\n");
}
