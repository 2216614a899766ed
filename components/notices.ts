import type { ResolvedArgs } from "./resolve-args.ts";

/** What this gateway still lacks, each with its cure; said at preview and kept as an output. */
export function notices(args: ResolvedArgs): string[] {
  const notices: string[] = [];
  if (!args.admin) {
    notices.push("No browser or device can be approved: that is done on the machine, by SSH. Set admin.");
  }
  if (!args.model) notices.push("Agents cannot answer: there is no model. Set model.");
  else if (!args.model.apiKey && args.model.provider !== "custom") {
    notices.push("Agents cannot answer: the model's provider wants a key. Set model.apiKey.");
  }
  return notices;
}
