import type { Properties } from "../shared/properties.ts";
import { InitFailed, type Input, type ResourceType } from "../shared/resource-type.ts";
import type { Api } from "./api.ts";

/** A thing of the API: as DigitalOcean's answers have it, and as Pulumi's outputs have it. */
export type Thing = Readonly<Record<string, unknown>>;

/** A resource type by its requests: POST collection, GET, PUT and DELETE collection/id. */
export interface CloudResource {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly autoName?: boolean;
  /** Path of the collection, of which `properties` may be a part. */
  readonly collection: (properties: Properties) => string;
  /** Name of the thing in the body of an answer. */
  readonly envelope: string;
  /** Its property that is its id. */
  readonly idProperty: string;
  /** Body of the POST that makes it. */
  readonly body: (inputs: Properties) => Thing;
  /** Waits until it can be used, and gives it as it is then. Absent: it can be used at once. */
  readonly settled?: (api: Api, path: string) => Promise<Thing>;
  /** Outputs of the thing; `known` are its inputs when it was just made or changed, else its last outputs. */
  readonly outputs: (thing: Thing, known: Properties) => Properties;
  readonly checkChange?: ResourceType["checkChange"];
  /** The requests of a change in place, before the GET that ends it; absent: every change replaces. */
  readonly update?: (api: Api, path: string, olds: Properties, news: Properties) => Promise<void>;
  /** The requests that delete it, where it is more than one DELETE. */
  readonly remove?: (api: Api, path: string, outputs: Properties) => Promise<void>;
}

/** The end of a path is the id of what is there. */
export const idOf = (path: string): string => path.split("/").at(-1) ?? "";

export function resourceType(cloud: CloudResource, connect: (signal: AbortSignal) => Api): ResourceType {
  const pathOf = (id: string, properties: Properties) => `${cloud.collection(properties)}/${id}`;
  const thingOf = (answer: Thing) => answer[cloud.envelope] as Thing;
  const known = (inputs: Properties): Properties =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [name, cloud.inputs[name]?.output?.(value) ?? value]),
    );
  const { inputs, autoName, checkChange, update } = cloud;

  return {
    inputs,
    ...(autoName && { autoName }),
    ...(checkChange && { checkChange }),

    async create(inputs, { signal }) {
      const api = connect(signal);
      const made = thingOf(await api.post(cloud.collection(inputs), cloud.body(inputs)));
      const id = String(made[cloud.idProperty]);
      const path = pathOf(id, inputs);
      try {
        const settled = cloud.settled ? await cloud.settled(api, path) : thingOf(await api.get(path));
        return { id, outputs: cloud.outputs(settled, known(inputs)) };
      } catch (error) {
        throw new InitFailed(id, cloud.outputs(made, known(inputs)), error as Error);
      }
    },

    async read(id, outputs, { signal }) {
      const answer = await connect(signal).find(pathOf(id, outputs));
      return answer && cloud.outputs(thingOf(answer), outputs);
    },

    ...(update && {
      async update(id, olds, news, { signal }) {
        const api = connect(signal);
        const path = pathOf(id, olds);
        await update(api, path, olds, news);
        return cloud.outputs(thingOf(await api.get(path)), known(news));
      },
    }),

    async delete(id, outputs, { signal }) {
      const api = connect(signal);
      const path = pathOf(id, outputs);
      if (cloud.remove) await cloud.remove(api, path, outputs);
      else await api.delete(path);
    },
  };
}
