import type { MachineSettings, ModelSettings } from "./settings.ts";

interface Provider {
  readonly baseUrl?: string;
  /** OpenClaw's adapter for the provider's protocol. */
  readonly api: "openai-completions" | "openai-responses" | "anthropic-messages";
  /** OpenClaw's bundled plugin for this provider, to be allowed. */
  readonly plugin?: string;
  readonly compat?: object;
}

/** DigitalOcean's inference and most OpenAI-compatible servers know neither `store` nor `max_completion_tokens`. */
const olderOpenAi = { supportsStore: false, maxTokensField: "max_tokens" };

const providers: Readonly<Record<ModelSettings["provider"], Provider>> = {
  gradient: { baseUrl: "https://inference.do-ai.run/v1", api: "openai-completions", compat: olderOpenAi },
  openai: { baseUrl: "https://api.openai.com/v1", api: "openai-responses", plugin: "openai" },
  anthropic: { baseUrl: "https://api.anthropic.com", api: "anthropic-messages", plugin: "anthropic" },
  openrouter: { baseUrl: "https://openrouter.ai/api/v1", api: "openai-completions", plugin: "openrouter" },
  custom: { api: "openai-completions", compat: olderOpenAi },
};

/** An endpoint with a key, and the models that are asked for there. */
interface Endpoint {
  /** OpenClaw's name for it. */
  readonly name: string;
  readonly model: ModelSettings;
  readonly keyVariable: string;
  readonly ids: readonly string[];
}

/** What OpenClaw is told of the models. */
export interface Models {
  /** OpenClaw's `models.providers`; keys are references. */
  readonly providers: Readonly<Record<string, object>>;
  /** The keys, by the variables that the references name. */
  readonly keys: Readonly<Record<string, string>>;
  /** OpenClaw's bundled plugins that they need. */
  readonly plugins: readonly string[];
  /** OpenClaw's name of the model of all agents. */
  readonly ofAll?: string;
  /** OpenClaw's names of the agents' own, by agent. */
  readonly ofAgent: Readonly<Record<string, string>>;
  /** What keeps an agent from answering, in the 24 letters that OpenClaw's page has for it. */
  readonly lack?: string;
}

export function models(settings: MachineSettings): Models {
  const { model: ofAll } = settings;
  const own = Object.entries(settings.agents).flatMap(([agent, { model }]) =>
    model
      ? [{ agent, model, name: isAtTheSame(ofAll, model) ? ofAll.provider : `${model.provider}-${agent}` }]
      : [],
  );
  const endpoints: Endpoint[] = own
    .filter(({ model }) => !isAtTheSame(ofAll, model))
    .map(({ agent, model, name }) => ({ name, model, keyVariable: keyVariable(agent), ids: [model.id] }));
  if (ofAll) {
    const more = own.filter(({ model }) => isAtTheSame(ofAll, model)).map(({ model }) => model.id);
    const ids = [...new Set([ofAll.id, ...more])];
    endpoints.unshift({ name: ofAll.provider, model: ofAll, keyVariable: keyVariable(), ids });
  }
  const plugins = endpoints.map(({ model }) => providers[model.provider].plugin);
  return {
    providers: Object.fromEntries(endpoints.map((endpoint) => [endpoint.name, provider(endpoint)])),
    keys: Object.fromEntries(
      endpoints.flatMap(({ keyVariable, model: { apiKey } }) =>
        apiKey === undefined ? [] : [[keyVariable, apiKey]],
      ),
    ),
    plugins: [...new Set(plugins.filter((plugin) => plugin !== undefined))],
    ...(ofAll && { ofAll: `${ofAll.provider}/${ofAll.id}` }),
    ofAgent: Object.fromEntries(own.map(({ agent, model, name }) => [agent, `${name}/${model.id}`])),
    lack: lack(settings, endpoints),
  };
}

/** Whether an agent's own model is asked for at the endpoint of all agents, with its key. */
function isAtTheSame(ofAll: ModelSettings | undefined, own: ModelSettings): ofAll is ModelSettings {
  if (ofAll?.provider !== own.provider || ofAll.baseUrl !== own.baseUrl) return false;
  return own.apiKey === undefined || own.apiKey === ofAll.apiKey;
}

/** An environment variable's name: an agent's is letters, digits and hyphens. */
const keyVariable = (agent?: string) =>
  ["OPENCLAW_MODEL_KEY", ...(agent?.split("-") ?? [])].join("_").toUpperCase();

function provider({ model, keyVariable, ids }: Endpoint): object {
  const { baseUrl, api, compat } = providers[model.provider];
  return {
    baseUrl: model.baseUrl ?? baseUrl,
    api,
    ...(model.apiKey !== undefined && { apiKey: keyFrom(keyVariable) }),
    models: ids.map((id) => ({ id, name: id, ...(compat && { compat }) })),
  };
}

export const keyFrom = (variable: string) => ({ source: "env", provider: "default", id: variable });

function lack({ model, agents }: MachineSettings, endpoints: readonly Endpoint[]): string | undefined {
  if (!model && Object.values(agents).some((agent) => !agent.model)) return "model is not set";
  const wantsKey = ({ model }: Endpoint) => model.apiKey === undefined && model.provider !== "custom";
  return endpoints.some(wantsKey) ? "model.apiKey is not set" : undefined;
}
