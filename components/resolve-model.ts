import { type Input, type Output, secret } from "@pulumi/pulumi";
import type { ModelProvider } from "./args.ts";
import type { Fields } from "./fields.ts";
import { parseApiKey, parseBaseUrl, parseModelId, parseModelProvider } from "./values/model.ts";

/** A model after validation. */
export interface ResolvedModel {
  readonly provider: Input<ModelProvider>;
  readonly id: Input<string>;
  readonly baseUrl?: Input<string>;
  readonly apiKey?: Output<string>;
}

export function resolveModel(fields: Fields | undefined): ResolvedModel | undefined {
  if (!fields) return undefined;
  const provider = fields.requiredText("provider", parseModelProvider, 'Give one, such as "gradient".');
  if (provider === "custom")
    fields.require("baseUrl", "A custom provider has no endpoint of its own: give it.");
  const apiKey = fields.text("apiKey", parseApiKey);
  const model = {
    provider,
    id: fields.requiredText("id", parseModelId, "Give the provider's name of the model."),
    baseUrl: fields.text("baseUrl", parseBaseUrl),
    apiKey: apiKey === undefined ? undefined : secret(apiKey),
  };
  fields.refuseUnread();
  return model;
}
