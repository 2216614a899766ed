import { FetchRequestAdapter } from "@microsoft/kiota-http-fetchlibrary";
import { StrictNode } from "./strict-node.ts";

// The package is TypeScript source without declarations, which this project's stricter compiler would check and
// refuse; a name that the compiler does not see keeps it out, and OfficialApi says what the tests use of it.
const dots: string = "@digitalocean/dots";
const { createDigitalOceanClient, DigitalOceanApiKeyAuthenticationProvider } = await import(dots);

type By = "Action" | "Check" | "Droplet" | "Firewall" | "Image" | "Project" | "Tag" | "Volume" | "Vpc";
type Segment =
  | "account actions alerts checks domains droplets firewalls images keys members monitoring projects records"
  | "regions reserved_ips resources sizes tags uptime v2 volumes vpcs";
type Words<T extends string> = T extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : T;
// biome-ignore lint/suspicious/noExplicitAny: a model of the client, asserted on by the tests
type Model = any;

/** The client's path and methods: `api.v2.droplets.byDroplet_id(1).get()`. */
export type OfficialApi = { readonly [name in Words<Segment>]: OfficialApi } & {
  readonly [name in `by${By}_id` | "bySsh_key_identifier" | "byReserved_ip" | "byDomain_name"]: (
    key: string | number,
  ) => OfficialApi;
} & {
  readonly get: (options?: { readonly queryParameters: object }) => Promise<Model>;
  readonly post: (body: object) => Promise<Model>;
  readonly put: (body: object) => Promise<Model>;
  readonly delete: (body?: object) => Promise<Model>;
};

/** What the client's description lacks and the official provider was seen to be answered or to ask for. */
const MORE = [
  /^account\.(reserved_ip|volume)_limit is not in the client's model$/,
  /^tags?(\[\d+\])?\.resources\.images is not in the client's model$/,
  /^(links|meta) is not in the client's model$/,
  /regions\[\d+\] is "atl1"/,
];

export interface OfficialClient {
  readonly client: OfficialApi;
  /** Awaits a call of the client and fails when its answer was not all as the client's model has it. */
  readonly read: (call: Promise<Model>) => Promise<Model>;
}

/** DigitalOcean's official TypeScript client, generated from its published OpenAPI description. */
export function officialClient(url: string, token = "any"): OfficialClient {
  const surprises: string[] = [];
  const adapter = new FetchRequestAdapter(new DigitalOceanApiKeyAuthenticationProvider(token), {
    getValidContentType: () => "application/json",
    getRootParseNode: (_, content) =>
      new StrictNode(JSON.parse(new TextDecoder().decode(content)), "", surprises),
  });
  adapter.baseUrl = url;
  return {
    client: createDigitalOceanClient(adapter),
    read: async (call) => {
      surprises.length = 0;
      const model = await call;
      if (model === undefined) throw new Error("the client read nothing from the answer");
      const unknown = surprises.filter((surprise) => !MORE.some((more) => more.test(surprise)));
      if (unknown.length > 0)
        throw new Error(`The client does not know such an answer:\n${unknown.join("\n")}`);
      return model;
    },
  };
}
