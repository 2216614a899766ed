import { createDigitalOceanClient, DigitalOceanApiKeyAuthenticationProvider } from "@digitalocean/dots";
import { FetchRequestAdapter } from "@microsoft/kiota-http-fetchlibrary";
import { StrictNode } from "./strict-node.ts";

/** What the client's description lacks and the official provider was seen to be answered or to ask for. */
const MORE = [
  /^account\.(reserved_ip|volume)_limit is not in the client's model$/,
  /^tags?(\[\d+\])?\.resources\.images is not in the client's model$/,
  /^(links|meta) is not in the client's model$/,
  /regions\[\d+\] is "atl1"/,
];

export interface OfficialClient {
  readonly client: ReturnType<typeof createDigitalOceanClient>;
  /** Awaits a call of the client and fails when its answer was not all as the client's model has it. */
  readonly read: <T>(call: Promise<T | undefined>) => Promise<T>;
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
