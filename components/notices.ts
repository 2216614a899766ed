import type { ResolvedArgs } from "./resolve-args.ts";
import type { ResolvedModel } from "./resolve-model.ts";

/** What this gateway still lacks, each with its cure; said at preview and kept as an output. */
export function notices(args: ResolvedArgs): string[] {
  const notices: string[] = [];
  if (!args.admin) {
    notices.push("No browser or device can be approved: that is done on the machine, by SSH. Set admin.");
  }
  for (const [name, { model }] of Object.entries(args.agents)) {
    if (!model && !args.model)
      notices.push(`Agent ${name} cannot answer: it has no model. Set model or agents.${name}.model.`);
    if (model && wantsKey(model) && !sharesKey(model, args.model))
      notices.push(
        `Agent ${name} cannot answer: its model's provider wants a key. Set agents.${name}.model.apiKey.`,
      );
  }
  if (args.model && wantsKey(args.model))
    notices.push("Agents cannot answer: the model's provider wants a key. Set model.apiKey.");
  return notices;
}

const wantsKey = ({ provider, apiKey }: ResolvedModel) => provider !== "custom" && !apiKey;

/** Whether an agent's own model is asked for with the key of the gateway's. */
const sharesKey = (own: ResolvedModel, model: ResolvedModel | undefined) =>
  own.provider === model?.provider && own.baseUrl === model.baseUrl;
