import { serve } from "../shared/serve.ts";
import { Api } from "./api.ts";
import { resourceTypes } from "./resource-types.ts";

await serve("digitalocean", resourceTypes(connect));

/** The API that the stack's configuration (which the engine hands to its plugins so) or the environment names. */
function connect(signal: AbortSignal): Api {
  const config = JSON.parse(process.env.PULUMI_CONFIG ?? "{}") as { apiEndpoint?: string; token?: string };
  const endpoint = config.apiEndpoint ?? process.env.DIGITALOCEAN_API_URL;
  const token = config.token ?? process.env.DIGITALOCEAN_TOKEN;
  // The real cloud is not for a stand-in, so there is no default.
  if (!endpoint) throw new Error("DIGITALOCEAN_API_URL is not set: this plugin serves rehearsals alone");
  if (!token) throw new Error("set DIGITALOCEAN_TOKEN, or `pulumi config set --secret digitalocean:token`");
  return new Api(endpoint, token, signal);
}
