/** The gateway's methods, over a WebSocket that the key alone opened. */
import { places } from "../../machine/client/connect.ts";
import { type Device, signIn } from "../../machine/client/sign-in.ts";
import { type Attack, attacks, type Outcome } from "../attack.ts";
import { pairedDevice } from "../client/paired.ts";

const methods: Readonly<Record<string, object>> = {
  "agents.list": {},
  "agents.create": { name: "x", workspace: "/tmp" },
  "agents.files.set": { agentId: "main", name: "AGENTS.md", content: "x" },
  "agents.workspace.get": { agentId: "main", path: "AGENTS.md" },
  agent: { message: "x", idempotencyKey: "a" },
  "chat.history": { sessionKey: "agent:main:main" },
  "chat.send": { sessionKey: "agent:main:main", message: "x", idempotencyKey: "b" },
  "channels.start": {},
  "config.get": {},
  "config.patch": { raw: "{}" },
  "config.set": { raw: "{}" },
  "cron.add": {
    name: "x",
    schedule: { kind: "every", everyMs: 60000 },
    payload: { kind: "systemEvent", text: "x" },
  },
  "device.pair.approve": { requestId: "x" },
  "device.pair.list": {},
  "device.pair.setupCode": {},
  "device.token.rotate": { deviceId: "x", role: "operator" },
  "environments.create": {},
  "exec.approvals.get": {},
  "exec.approvals.set": { file: {} },
  "logs.tail": {},
  "models.list": {},
  "node.invoke": { nodeId: "x", command: "system.run" },
  "node.list": {},
  "node.pair.approve": { requestId: "x" },
  "plugins.install": { spec: "x" },
  "secrets.reload": {},
  "secrets.resolve": { ids: ["OPENCLAW_MODEL_KEY"] },
  "sessions.list": {},
  "sessions.send": { key: "agent:main:main", message: "x" },
  "skills.install": { name: "x" },
  "skills.upload.begin": {},
  "system.info": {},
  "terminal.open": {},
  "tools.invoke": { tool: "exec", args: { command: "id" } },
  "update.run": {},
  "usage.status": {},
  "wizard.start": {},
};

interface Answer {
  readonly id?: string;
  readonly ok?: boolean;
  readonly error?: { readonly message: string };
}

/** All of them on one connection, by the method's name. */
async function callAll(names: readonly string[], device?: Device): Promise<Map<string, Outcome>> {
  const { client } = await signIn({ ...(device ? { device } : { from: places.unpaired }) });
  for (const method of names) client.sendJson({ type: "req", id: method, method, params: methods[method] });
  const outcomes = new Map<string, Outcome>();
  while (outcomes.size < names.length) {
    const answer = await client.nextJson<Answer>();
    if ("closed" in answer) throw new Error(`closed with ${answer.closed} ${answer.reason}`);
    if (answer.id !== undefined && answer.id in methods)
      outcomes.set(answer.id, { succeeded: answer.ok === true, answer: answer.error?.message ?? "done" });
  }
  client.close();
  return outcomes;
}

let outcomes: Promise<Map<string, Outcome>> | undefined;

const call = (method: string): Attack => ({
  tries: method,
  attempt: async () => {
    outcomes ??= callAll(Object.keys(methods));
    const outcome = (await outcomes).get(method);
    if (outcome === undefined) throw new Error(`no answer to ${method}`);
    return outcome;
  },
  refused: /^missing scope: operator\.\w+/,
  ...(["config.get", "sessions.list"].includes(method) && {
    control: {
      as: "with a device that was approved",
      attempt: async () => {
        const answers = await callAll([method], await pairedDevice());
        return answers.get(method) ?? { succeeded: false, answer: "" };
      },
    },
  }),
});

attacks({
  who: "with the key but unpaired",
  wants: "the gateway's methods",
  rows: Object.keys(methods).map(call),
});
