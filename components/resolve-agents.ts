import type { Input } from "@pulumi/pulumi";
import { Fields } from "./fields.ts";
import { type ResolvedModel, resolveModel } from "./resolve-model.ts";
import {
  agentNameProblem,
  parseCpus,
  parseMemory,
  parseNetwork,
  parseProcesses,
  parseTool,
} from "./values/agent.ts";
import { parseAgentHost } from "./values/host-name.ts";

/** An agent after validation, defaults filled in. */
export interface ResolvedAgent {
  readonly model?: ResolvedModel;
  readonly tools?: {
    readonly allow?: Input<Input<string>[]>;
    readonly deny?: Input<Input<string>[]>;
  };
  readonly limits: {
    readonly memory: Input<number>;
    readonly cpus: Input<number>;
    readonly processes: Input<number>;
  };
  readonly network: "none" | { readonly hosts: Input<Input<string>[]> };
}

/** Sorted by name, since the order is part of user-data; main is among them, whatever the args list. */
export function resolveAgents(fields: Fields | undefined): Readonly<Record<string, ResolvedAgent>> {
  const names = [...new Set(["main", ...(fields?.names() ?? [])])].sort();
  return Object.fromEntries(
    names.map((name) => {
      const problem = agentNameProblem(name);
      if (problem) fields?.problem(name, problem);
      return [name, resolveAgent(fields?.group(name) ?? new Fields(name, {}))];
    }),
  );
}

function resolveAgent(fields: Fields): ResolvedAgent {
  const agent = {
    model: resolveModel(fields.group("model")),
    tools: resolveTools(fields.group("tools")),
    limits: resolveLimits(fields.group("limits")),
    network: resolveNetwork(fields),
  };
  fields.refuseUnread();
  return agent;
}

function resolveTools(fields: Fields | undefined): ResolvedAgent["tools"] {
  if (!fields) return undefined;
  const tools = {
    // To OpenClaw an empty list means all tools.
    allow: fields.texts("allow", parseTool, "Name the tools that it has, or leave it out for all."),
    deny: fields.texts("deny", parseTool),
  };
  fields.refuseUnread();
  return tools;
}

function resolveLimits(fields: Fields | undefined): ResolvedAgent["limits"] {
  const limits = {
    memory: fields?.number("memory", parseMemory) ?? 512,
    cpus: fields?.number("cpus", parseCpus) ?? 1,
    processes: fields?.number("processes", parseProcesses) ?? 256,
  };
  fields?.refuseUnread();
  return limits;
}

function resolveNetwork(fields: Fields): ResolvedAgent["network"] {
  if (!fields.has("network")) return "none";
  if (fields.isText("network")) {
    fields.text("network", parseNetwork);
    return "none";
  }
  const network = fields.group("network");
  if (!network) return "none";
  const cure = 'Name the hosts that it reaches, such as ["api.github.com"], or set network to "none".';
  const hosts = network.requiredTexts("hosts", parseAgentHost, cure);
  network.refuseUnread();
  return { hosts };
}
