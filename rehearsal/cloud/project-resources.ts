import { now } from "./ids.ts";
import { mainProject, type Project } from "./projects.ts";
import type { Call } from "./router.ts";
import type { State } from "./state.ts";

const PATHS: Readonly<Record<string, string>> = {
  droplet: "droplets",
  volume: "volumes",
  reservedip: "reserved_ips",
  domain: "domains",
};

/** A new resource is in the default project. */
export function adopt(state: State, urn: string): void {
  mainProject(state).resources.set(urn, now());
}

/** A deleted resource is in none. */
export function disown(state: State, urn: string): void {
  for (const project of state.projects.values()) project.resources.delete(urn);
}

/** Moves a resource from whichever project has it; one that no project has does not exist. */
export function assignTo(state: State, project: Project, urn: string) {
  // Floating IP is the older name of a Reserved IP.
  const name = urn.replace(/^do:floatingip:/, "do:reservedip:");
  if (project.resources.has(name)) return "already_assigned";
  const exists = [...state.projects.values()].some((other) => other.resources.has(name));
  if (!exists) return "not_found";
  disown(state, name);
  project.resources.set(name, now());
  return "assigned";
}

export function resourceView(call: Call, urn: string, assignedAt: string, status: string) {
  const [, kind = "", id] = urn.split(":");
  const self = `${call.origin}/v2/${PATHS[kind] ?? kind}/${id}`;
  return { urn, assigned_at: assignedAt, links: { self }, status };
}
