import { InvalidValue } from "../invalid-args.ts";

export function parseHttpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new InvalidValue(`"${text}" is not a URL. Write it whole, such as "https://example.com/v1".`);
  }
  if (url.username || url.password) {
    throw new InvalidValue("holds a user name or password, and would show it. Remove it from the URL.");
  }
  if (url.hash) throw new InvalidValue(`"${text}" has a fragment. Remove "${url.hash}".`);
  return url;
}
