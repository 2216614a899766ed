import { Api } from "../../rehearsal/plugins/digitalocean/api.ts";
import { resourceTypes } from "../../rehearsal/plugins/digitalocean/resource-types.ts";
import type { ResourceType } from "../../rehearsal/plugins/shared/resource-type.ts";
import type { Types } from "./recorded-scenarios.ts";

/** The stand-in plugin's resource types, with an API at `url` that need not be waited for. */
export function typesAt(url: string): Types {
  const types = resourceTypes((signal) => new Api(url, "test", signal, 1));
  return (name) => {
    const type = Object.entries(types).find(([token]) => token.endsWith(`:${name}`))?.[1];
    if (!type) throw new Error(`no type ${name}`);
    return type as Required<ResourceType>;
  };
}
