import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import type { Addresses } from "./addresses.ts";
import type { Namespace } from "./namespace.ts";

/** A model to think with, as the component's `model` takes it. */
export interface RehearsedModel {
  readonly provider: "custom";
  readonly id: string;
  readonly baseUrl: string;
  /** Secret, new at every start; any other key is refused. */
  readonly apiKey: string;
}

/** By id; each with a key of its own, so that a turn shows whose key it had. */
export type RehearsedModels = Readonly<Record<"scripted" | "scripted-too", RehearsedModel>>;

const server = fileURLToPath(new URL("model-server.ts", import.meta.url));

/** Starts the models that follow the script in what they are told, on the "internet" namespace's private address. */
export async function startModels(
  record: RunRecord,
  internet: Namespace,
  plan: Addresses,
): Promise<RehearsedModels> {
  const address = plan.internet.model;
  const port = "8000";
  const model = (id: string): RehearsedModel => ({
    provider: "custom",
    id,
    baseUrl: `http://${address}:${port}/v1`,
    apiKey: `rehearsal-${randomBytes(16).toString("hex")}`,
  });
  const models = { scripted: model("scripted"), "scripted-too": model("scripted-too") };
  const keys = Object.fromEntries(Object.values(models).map(({ id, apiKey }) => [id, apiKey]));
  const child = start(record, {
    name: "model",
    command: "nsenter",
    args: [`--net=${internet.path}`, "--", process.execPath, server, address, port],
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, MODEL_KEYS: JSON.stringify(keys) },
  });
  await new Promise((listening, reject) => {
    child.stdout?.once("data", listening);
    child.once("exit", (code) => reject(new Error(`the model did not start (${code})`)));
  });
  return models;
}
