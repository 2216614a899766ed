import { isDeepStrictEqual } from "node:util";
import type { DiffResult } from "@pulumi/pulumi/provider/index.js";
import { isUnknown, type Properties } from "./properties.ts";
import type { Input, ResourceType } from "./resource-type.ts";

/** Compares the outputs of the last update with the inputs of this one, both without secret wrappers. */
export function diff(type: ResourceType, olds: Properties, news: Properties): DiffResult {
  const changed = Object.entries(type.inputs).filter(([name, input]) =>
    differs(input, olds[name], news[name]),
  );
  const replaces = changed
    .filter(([name, { replaces }]) =>
      typeof replaces === "function" ? replaces(olds[name], news[name]) : replaces,
    )
    .map(([name]) => name);
  return {
    changes: changed.length > 0,
    replaces,
    // Two of the same given name cannot be side by side.
    deleteBeforeReplace:
      replaces.length > 0 && type.autoName === true && !isAutoNamed(news) && olds.name === news.name,
  };
}

/** The bridge of Pulumi's own providers keeps the names of defaulted inputs so. */
export function isAutoNamed(inputs: Properties): boolean {
  const defaults = inputs.__defaults;
  return Array.isArray(defaults) && defaults.includes("name");
}

function differs(input: Input, old: unknown, given: unknown): boolean {
  if (given === undefined && input.computed) return false;
  if (isUnknown(given)) return true;
  const now = given === undefined ? input.default : (input.output?.(given) ?? given);
  return !isDeepStrictEqual(canonical(old, input.set), canonical(now, input.set));
}

/** What is empty counts as absent, in parts of it too. */
function canonical(value: unknown, set?: true): unknown {
  if (value === null || value === "" || value === false || value === 0) return undefined;
  if (Array.isArray(value)) {
    const parts = value.map((part) => canonical(part, set));
    if (parts.length === 0) return undefined;
    return set ? parts.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : parts;
  }
  if (typeof value !== "object" || value === undefined) return value;
  const entries = Object.entries(value)
    .map(([name, part]) => [name, canonical(part, set)] as const)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
