/** The gateway's page in a browser, and what a person finds on it. */
import type { Page } from "playwright-core";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";
import type { Chromium } from "./chromium.ts";
import type { places } from "./connect.ts";

/** What the page did, seen by its console, its requests and the browser's own reports. */
export interface Watched {
  readonly page: Page;
  readonly console: string[];
  readonly origins: Set<string>;
}

export async function open(chromium: Chromium, from: (typeof places)["browser"]): Promise<Watched> {
  const page = await (await chromium.profile(from)).newPage();
  page.setDefaultTimeout(90_000);
  const watched = { page, console: [] as string[], origins: new Set<string>() };
  await page.addInitScript({
    content: `addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error("Content Security Policy:", violatedDirective, blockedURI))`,
  });
  page.on("console", (message) => watched.console.push(message.text()));
  page.on("request", (request) => watched.origins.add(new URL(request.url()).origin));
  return watched;
}

export const approval = (page: Page) => page.getByRole("heading", { name: "Approve this browser" });
export const composer = (page: Page) => page.getByRole("textbox", { name: "Chat composer" });

/** By which the administrator approves this browser, as the page shows it. */
export async function requestId(page: Page): Promise<string> {
  const copy = page.getByRole("button", { name: /^Copy command: openclaw devices approve/ });
  return (await copy.getAttribute("aria-label"))?.split(" ").at(-1) ?? "";
}

/** Opens the gateway with its key, and approves this browser as root does on the machine. */
export async function pair(page: Page): Promise<void> {
  await page.goto(`${gateway.url}/#token=${gateway.key}`);
  await approval(page).waitFor();
  await outputOf(`openclaw devices approve ${await requestId(page)}`);
  await composer(page).waitFor();
}
