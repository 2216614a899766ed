import { step } from "../progress.ts";
import { notFound } from "./errors.ts";
import { now } from "./ids.ts";
import { paged } from "./pages.ts";
import { type Region, regionView } from "./regions.ts";
import { type Call, get, ok, type Route } from "./router.ts";
import type { State } from "./state.ts";

/** Work that goes on after the request was answered. */
export interface Action {
  readonly id: number;
  readonly type: string;
  readonly startedAt: string;
  readonly resourceType: "droplet" | "volume" | "reserved_ip";
  /** A Droplet's id or a Reserved IP as a number; 0 for a Volume, whose id is no number. */
  readonly resourceId: number;
  /** What it is about: Droplet id, Volume id or Reserved IP. */
  readonly about: string;
  readonly region: Region;
  status: "in-progress" | "completed" | "errored";
  completedAt: string | null;
}

type Subject = Pick<Action, "type" | "resourceType" | "resourceId" | "about" | "region">;

/**
 * Starts `work`, which asks the world and then changes the state; `unlock` follows its end. All three come about
 * in one instant, so a poll that sees a machine off also sees it unlocked.
 */
export function begin(state: State, subject: Subject, work: () => Promise<void>, unlock: () => void): Action {
  const action: Action = {
    ...subject,
    id: state.nextActionId(),
    startedAt: now(),
    status: "in-progress",
    completedAt: null,
  };
  state.actions.set(action.id, action);
  const title = `${subject.resourceType} ${subject.about}: ${subject.type}`;
  const end = (status: "completed" | "errored") => {
    action.status = status;
    action.completedAt = now();
    unlock();
  };
  step(state.progress, title, work).then(
    () => end("completed"),
    (error: unknown) => {
      end("errored");
      state.onError(title, error);
    },
  );
  return action;
}

export const actionView = (action: Action) => ({
  id: action.id,
  status: action.status,
  type: action.type,
  started_at: action.startedAt,
  completed_at: action.completedAt,
  resource_id: action.resourceId,
  resource_type: action.resourceType,
  region: regionView(action.region),
  region_slug: action.region.slug,
});

export const actionLink = (action: Action, rel: string, call: Call) => ({
  id: action.id,
  rel,
  href: `${call.origin}/v2/actions/${action.id}`,
});

/** Newest first, as DigitalOcean lists them; all, or those about one thing. */
export function listActions(state: State, call: Call, resourceType?: Action["resourceType"], about?: string) {
  const chosen = [...state.actions.values()].filter(
    (action) => !resourceType || (action.resourceType === resourceType && action.about === about),
  );
  return paged(call, "actions", chosen.reverse(), actionView);
}

/** The action that the path's `:action` names, among those about one thing. */
export function showAction(state: State, call: Call, resourceType?: Action["resourceType"], about?: string) {
  const action = state.actions.get(Number(call.param("action")));
  if (!action) throw notFound();
  if (resourceType && (action.resourceType !== resourceType || action.about !== about)) throw notFound();
  return ok({ action: actionView(action) });
}

export const actionRoutes = (state: State): readonly Route[] => [
  get("/v2/actions", (call) => listActions(state, call)),
  get("/v2/actions/:action", (call) => showAction(state, call)),
];
