import ipaddr from "ipaddr.js";
import { type ModelProvider, modelProviders } from "../args.ts";
import { InvalidValue } from "../invalid-args.ts";
import { nearest } from "../nearest.ts";
import { parseHttpUrl } from "./url.ts";

export function parseModelProvider(text: string): ModelProvider {
  const provider = modelProviders.find((name) => name === text);
  if (provider) return provider;
  const meant = nearest(text, modelProviders);
  const cure = meant
    ? `Did you mean "${meant}"?`
    : 'Any OpenAI-compatible endpoint is "custom", with its baseUrl.';
  throw new InvalidValue(`"${text}" is not one of ${modelProviders.join(", ")}. ${cure}`);
}

export function parseModelId(text: string): string {
  if (/^[\x21-\x7e]{1,256}$/.test(text)) return text;
  throw new InvalidValue(
    `"${text}" is not a model's name. Write it as the provider's list does, without spaces.`,
  );
}

/** The endpoint without a slash at its end; in clear text only where no stranger listens. */
export function parseBaseUrl(text: string): string {
  const url = parseHttpUrl(text);
  if (url.search) throw new InvalidValue(`"${text}" has a query. Remove "${url.search}".`);
  if (url.protocol === "http:" && !isPrivate(url.hostname)) {
    throw new InvalidValue(
      `"${text}" would send the key and every conversation in clear text. Use https, or a private address.`,
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** Never echoed, whatever it is. */
export function parseApiKey(text: string): string {
  if (/^[\x21-\x7e]{8,4096}$/.test(text)) return text;
  throw new InvalidValue(
    "is not a key: 8 to 4096 characters without spaces or line ends. Copy it again from the provider.",
  );
}

function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(address)) return false;
  return ["private", "uniqueLocal", "loopback", "carrierGradeNat"].includes(ipaddr.parse(address).range());
}
