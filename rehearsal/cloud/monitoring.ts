import { randomUUID } from "node:crypto";
import { notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { paged } from "./pages.ts";
import { type Call, del, get, noContent, ok, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";

/** An alert policy as it was sent. Nothing here measures a Droplet. */
export interface AlertPolicy {
  readonly uuid: string;
  content: Readonly<Record<string, unknown>>;
}

const COMPARE = ["GreaterThan", "LessThan"];
const WINDOWS = ["5m", "10m", "30m", "1h"];

function content(body: Fields): AlertPolicy["content"] {
  const compare = body.requiredText("compare");
  const window = body.requiredText("window");
  if (!COMPARE.includes(compare)) throw unprocessable(`compare must be one of ${COMPARE.join(", ")}.`);
  if (!WINDOWS.includes(window)) throw unprocessable(`window must be one of ${WINDOWS.join(", ")}.`);
  if (typeof body.raw.value !== "number") throw unprocessable("value must be a number.");
  return {
    type: body.requiredText("type"),
    description: body.requiredText("description"),
    compare,
    value: body.raw.value,
    window,
    entities: body.texts("entities"),
    tags: body.texts("tags"),
    alerts: body.object("alerts")?.raw ?? { email: [], slack: [] },
    enabled: body.flag("enabled") ?? true,
  };
}

function known(state: State, call: Call): AlertPolicy {
  const policy = state.alertPolicies.get(call.param("policy"));
  if (!policy) throw notFound();
  return policy;
}

const policyView = (policy: AlertPolicy) => ({ ...policy.content, uuid: policy.uuid });

export const monitoringRoutes = (state: State): readonly Route[] => [
  get("/v2/monitoring/alerts", (call) => paged(call, "policies", state.alertPolicies.values(), policyView)),
  post("/v2/monitoring/alerts", (call) => {
    const policy: AlertPolicy = { uuid: randomUUID(), content: content(call.body) };
    state.alertPolicies.set(policy.uuid, policy);
    return ok({ policy: policyView(policy) });
  }),
  get("/v2/monitoring/alerts/:policy", (call) => ok({ policy: policyView(known(state, call)) })),
  put("/v2/monitoring/alerts/:policy", (call) => {
    const policy = known(state, call);
    policy.content = content(call.body);
    return ok({ policy: policyView(policy) });
  }),
  del("/v2/monitoring/alerts/:policy", (call) => {
    state.alertPolicies.delete(known(state, call).uuid);
    return noContent;
  }),
];
