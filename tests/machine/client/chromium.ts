/** Debian's Chromium, which trusts one certificate authority and reaches the gateway alone. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { run } from "../../../rehearsal/host/run.ts";
import { gateway } from "../gateway.ts";
import { connect, type Place } from "./connect.ts";

export class Chromium {
  readonly #browser: Browser;
  readonly #home: string;
  readonly #proxies: Server[] = [];

  /** @param ca root certificate in PEM to trust, as a user would add one; without it there is none. */
  static async start(ca?: string): Promise<Chromium> {
    const home = await mkdtemp(join(tmpdir(), "openclaw-droplet-chromium-"));
    if (ca !== undefined) await trust(home, ca);
    const env = { ...process.env, HOME: home };
    return new Chromium(await chromium.launch({ executablePath: "/usr/bin/chromium", env }), home);
  }

  private constructor(browser: Browser, home: string) {
    this.#browser = browser;
    this.#home = home;
  }

  /** A fresh profile whose connections come from that place. */
  async profile(from: Place): Promise<BrowserContext> {
    const proxy = await startProxy(from);
    this.#proxies.push(proxy);
    const { port } = proxy.address() as AddressInfo;
    return await this.#browser.newContext({
      proxy: { server: `http://127.0.0.1:${port}` },
      viewport: { width: 1000, height: 880 },
    });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    for (const proxy of this.#proxies) proxy.close();
    await rm(this.#home, { recursive: true });
  }
}

/** Chromium's own store of a user's authorities. */
async function trust(home: string, ca: string): Promise<void> {
  const store = join(home, ".pki/nssdb");
  await mkdir(store, { recursive: true });
  const file = join(home, "ca.pem");
  await writeFile(file, ca);
  await run("certutil", ["-d", `sql:${store}`, "-N", "--empty-password"]);
  await run("certutil", ["-d", `sql:${store}`, "-A", "-n", "rehearsal", "-t", "C,,", "-i", file]);
}

/** Carries TLS to the gateway, from a place on the Internet, and nothing to anywhere else. */
async function startProxy(from: Place): Promise<Server> {
  const proxy = createServer((_, response) => response.writeHead(403).end());
  proxy.on("connect", async ({ url }, client) => {
    client.on("error", () => client.destroy());
    if (url !== `${gateway.address}:443`) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    try {
      const target = await connect(from, 443);
      target.on("error", () => client.destroy()).on("close", () => client.end());
      client.on("close", () => target.destroy());
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      target.pipe(client).pipe(target);
    } catch {
      client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}
