import { randomUUID } from "node:crypto";
import { notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { paged } from "./pages.ts";
import { type Call, created, del, get, noContent, ok, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";

type Content = Readonly<Record<string, unknown>>;

/** A check and its alerts as they were sent. Nothing here watches the target. */
export interface UptimeCheck {
  readonly id: string;
  readonly alerts: Map<string, Content>;
  content: Content;
}

function oneOf(fields: Fields, name: string, allowed: readonly string[]): string {
  const value = fields.requiredText(name);
  if (!allowed.includes(value)) throw unprocessable(`${name} must be one of ${allowed.join(", ")}.`);
  return value;
}

const checkContent = (body: Fields): Content => ({
  name: body.requiredText("name"),
  type: oneOf(body, "type", ["ping", "http", "https"]),
  target: body.requiredText("target"),
  regions: body.texts("regions"),
  enabled: body.flag("enabled") ?? true,
});

const alertContent = (body: Fields): Content => ({
  name: body.requiredText("name"),
  type: oneOf(body, "type", ["latency", "down", "down_global", "ssl_expiry"]),
  threshold: body.integer("threshold") ?? 0,
  ...(body.has("comparison") && { comparison: body.text("comparison") }),
  notifications: body.object("notifications")?.raw ?? { email: [], slack: [] },
  period: body.text("period") ?? "",
});

function known(state: State, call: Call): UptimeCheck {
  const check = state.uptimeChecks.get(call.param("check"));
  if (!check) throw notFound();
  return check;
}

function knownAlert(state: State, call: Call): { id: string; check: UptimeCheck; content: Content } {
  const check = known(state, call);
  const id = call.param("alert");
  const content = check.alerts.get(id);
  if (!content) throw notFound();
  return { id, check, content };
}

const checkView = ({ id, content }: UptimeCheck) => ({ ...content, id });

export const uptimeRoutes = (state: State): readonly Route[] => [
  get("/v2/uptime/checks", (call) => paged(call, "checks", state.uptimeChecks.values(), checkView)),
  post("/v2/uptime/checks", (call) => {
    const check: UptimeCheck = { id: randomUUID(), content: checkContent(call.body), alerts: new Map() };
    state.uptimeChecks.set(check.id, check);
    return created({ check: checkView(check) });
  }),
  get("/v2/uptime/checks/:check", (call) => ok({ check: checkView(known(state, call)) })),
  put("/v2/uptime/checks/:check", (call) => {
    const check = known(state, call);
    check.content = checkContent(call.body);
    return ok({ check: checkView(check) });
  }),
  del("/v2/uptime/checks/:check", (call) => {
    state.uptimeChecks.delete(known(state, call).id);
    return noContent;
  }),
  get("/v2/uptime/checks/:check/alerts", (call) =>
    paged(call, "alerts", known(state, call).alerts, ([id, content]) => ({ ...content, id })),
  ),
  post("/v2/uptime/checks/:check/alerts", (call) => {
    const id = randomUUID();
    const content = alertContent(call.body);
    known(state, call).alerts.set(id, content);
    return created({ alert: { ...content, id } });
  }),
  get("/v2/uptime/checks/:check/alerts/:alert", (call) => {
    const { id, content } = knownAlert(state, call);
    return ok({ alert: { ...content, id } });
  }),
  put("/v2/uptime/checks/:check/alerts/:alert", (call) => {
    const { id, check } = knownAlert(state, call);
    const content = alertContent(call.body);
    check.alerts.set(id, content);
    return ok({ alert: { ...content, id } });
  }),
  del("/v2/uptime/checks/:check/alerts/:alert", (call) => {
    const { id, check } = knownAlert(state, call);
    check.alerts.delete(id);
    return noContent;
  }),
];
