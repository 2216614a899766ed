import { randomUUID } from "node:crypto";
import type { Progress } from "../progress.ts";
import type { Action } from "./actions.ts";
import type { Domain } from "./domains.ts";
import type { Droplet } from "./droplet.ts";
import type { Firewall } from "./firewall.ts";
import { now, numbers } from "./ids.ts";
import type { AlertPolicy } from "./monitoring.ts";
import type { Filter } from "./packet-rules.ts";
import { defaultProject, type Project } from "./projects.ts";
import type { ReservedIp } from "./reserved-ip.ts";
import type { SshKey } from "./ssh-keys.ts";
import { Turns } from "./turns.ts";
import type { UptimeCheck } from "./uptime.ts";
import type { Volume } from "./volume.ts";
import { defaultVpcs, type Vpc } from "./vpc.ts";
import type { World } from "./world.ts";

/** Everything that exists in this cloud. Requests change it between two awaits, so none sees half a change. */
export interface State {
  readonly world: World;
  readonly turns: Turns;
  readonly progress: Progress;
  /** Told of work that failed after its request was answered. */
  readonly onError: (what: string, error: unknown) => void;
  readonly nextDropletId: () => number;
  readonly nextActionId: () => number;
  readonly nextKeyId: () => number;
  readonly nextRecordId: () => number;
  readonly droplets: Map<number, Droplet>;
  readonly actions: Map<number, Action>;
  readonly firewalls: Map<string, Firewall>;
  /** What the world was last told to filter, by Droplet. */
  readonly filters: Map<number, Filter>;
  /** By lower-case name: tags differ by more than case; the value is the name as first written. */
  readonly tags: Map<string, string>;
  readonly reservedIps: Map<string, ReservedIp>;
  readonly volumes: Map<string, Volume>;
  readonly sshKeys: Map<number, SshKey>;
  readonly vpcs: Map<string, Vpc>;
  readonly domains: Map<string, Domain>;
  readonly projects: Map<string, Project>;
  readonly uptimeChecks: Map<string, UptimeCheck>;
  readonly alertPolicies: Map<string, AlertPolicy>;
}

export function newState(world: World, progress: Progress, onError: State["onError"]): State {
  const project = defaultProject(randomUUID(), now());
  return {
    world,
    turns: new Turns(),
    progress,
    onError,
    nextDropletId: numbers(500_000_000),
    nextActionId: numbers(2_500_000_000),
    nextKeyId: numbers(50_000_000),
    nextRecordId: numbers(1_800_000_000),
    droplets: new Map(),
    actions: new Map(),
    firewalls: new Map(),
    filters: new Map(),
    tags: new Map(),
    reservedIps: new Map(),
    volumes: new Map(),
    sshKeys: new Map(),
    vpcs: new Map(defaultVpcs().map((vpc) => [vpc.id, vpc])),
    domains: new Map(),
    projects: new Map([[project.id, project]]),
    uptimeChecks: new Map(),
    alertPolicies: new Map(),
  };
}
