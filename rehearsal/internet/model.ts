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

const server = fileURLToPath(new URL("model-server.ts", import.meta.url));

/** Starts the model that follows the script in what it is told, on the "internet" namespace's private address. */
export async function startModel(
  record: RunRecord,
  internet: Namespace,
  plan: Addresses,
): Promise<RehearsedModel> {
  const address = plan.internet.model;
  const port = "8000";
  const model = {
    provider: "custom",
    id: "scripted",
    baseUrl: `http://${address}:${port}/v1`,
    apiKey: `rehearsal-${randomBytes(16).toString("hex")}`,
  } as const;
  const child = start(record, {
    name: "model",
    command: "nsenter",
    args: [`--net=${internet.path}`, "--", process.execPath, server, address, port, model.id],
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, MODEL_KEY: model.apiKey },
  });
  await new Promise((listening, reject) => {
    child.stdout?.once("data", listening);
    child.once("exit", (code) => reject(new Error(`the model did not start (${code})`)));
  });
  return model;
}
