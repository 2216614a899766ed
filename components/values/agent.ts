import { InvalidValue } from "../invalid-args.ts";
import { nearest } from "../nearest.ts";

/** What OpenClaw runs in an agent's container, and what stays in the agent's own conversations. */
const tools = [
  ...["exec", "process", "read", "ls", "write", "edit", "apply_patch", "view_image", "session_status"],
  ...["sessions_list", "sessions_history", "sessions_search", "sessions_send", "sessions_spawn"],
  ...["sessions_yield", "subagents"],
];

export function parseTool(text: string): string {
  if (tools.includes(text)) return text;
  const meant = nearest(text, tools);
  const cure = meant
    ? `Did you mean "${meant}"?`
    : `Agents have ${tools.join(", ")}; all else works in the gateway, outside of the container.`;
  throw new InvalidValue(`"${text}" is not a tool that an agent can have. ${cure}`);
}

/** The name of an agent, which becomes part of file names, units and variables. */
export function agentNameProblem(name: string): string | undefined {
  if (/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return undefined;
  return "is not an agent's name. Use 1 to 32 lower-case letters, digits and inner hyphens, a letter first.";
}

export function parseNetwork(text: string): "none" {
  if (text === "none") return text;
  throw new InvalidValue(`"${text}" is not a network. Use "none", or { hosts: ["api.example.com"] }.`);
}

export function parseMemory(mebibytes: number): number {
  if (Number.isInteger(mebibytes) && mebibytes >= 64) return mebibytes;
  throw new InvalidValue(`${mebibytes} is not a container's memory. Give MiB, a whole number from 64.`);
}

export function parseCpus(cpus: number): number {
  if (Number.isFinite(cpus) && cpus >= 0.1) return cpus;
  throw new InvalidValue(`${cpus} is not a share of CPUs. Give a number from 0.1, such as 1.5.`);
}

export function parseProcesses(count: number): number {
  if (Number.isInteger(count) && count >= 16 && count <= 1024) return count;
  throw new InvalidValue(`${count} is not a number of processes. Give a whole number from 16 to 1024.`);
}
