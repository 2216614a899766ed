import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { runProbe } from "../../components/readiness.ts";
import { type Authority, makeAuthority } from "./authority.ts";

const probe = readFileSync(new URL("../../components/readiness-probe.mjs", import.meta.url), "utf8");

let trusted: Authority;
let other: Authority;
beforeAll(() => {
  trusted = makeAuthority("the trusted authority");
  other = makeAuthority("another authority");
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Serves HTTPS on loopback; returns the URL. */
async function serve(certificate: { cert: string; key: string }, listener: RequestListener): Promise<string> {
  const server = createServer(certificate, listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs the probe as the command provider does. */
async function ask(url: string, more: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", runProbe], {
    env: {
      READINESS_PROBE: probe,
      GATEWAY_URL: url,
      GATEWAY_ADDRESS: "198.51.100.7",
      GATEWAY_CA_ROOT: trusted.root,
      OPENCLAW_READY_SECONDS: "1",
      ...more,
    },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { stdout, stderr, code };
}

const ready: RequestListener = (request, response) => {
  response.writeHead(request.url === "/readyz" ? 200 : 404).end();
};

describe("the readiness probe", () => {
  it("waits no longer when the machine says that its setup failed, and repeats what it says", async () => {
    const url = await serve(trusted.issue("127.0.0.1"), (_, response) => {
      response.writeHead(503).end("setup failed at step state; \u001b[2Jthe state is again as it was\nmore");
    });
    const { code, stderr } = await ask(url, { OPENCLAW_READY_SECONDS: "600" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Last seen: setup failed at step state; \?\[2Jthe state is again as it was\.\n/);
  });

  it.each(["", "0", "15min"])("refuses to wait for %j seconds", async (OPENCLAW_READY_SECONDS) => {
    const { code, stderr } = await ask("https://127.0.0.1", { OPENCLAW_READY_SECONDS });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^OPENCLAW_READY_SECONDS: .*such as 1800\.$/m);
  });

  it("takes no other answer for that, whatever its size", async () => {
    const url = await serve(trusted.issue("127.0.0.1"), (_, response) => {
      response.writeHead(503);
      const more = setInterval(() => response.write("x".repeat(1000)), 10);
      response.on("close", () => clearInterval(more));
    });
    expect((await ask(url)).stderr).toMatch(/Last seen: HTTP 503\./);
  });

  it("ends when the gateway says over a trusted certificate that it is ready", async () => {
    const url = await serve(trusted.issue("127.0.0.1"), ready);
    expect(await ask(url)).toEqual({
      stdout: expect.stringMatching(/^\S+ is ready \(after \d+ s\)\n$/),
      stderr: "",
      code: 0,
    });
  });

  it("waits while it is not, and says each new thing once", async () => {
    let requests = 0;
    const url = await serve(trusted.issue("127.0.0.1"), (_, response) =>
      response.writeHead(++requests > 2 ? 200 : 503).end(),
    );
    const { stdout, code } = await ask(url, { OPENCLAW_READY_SECONDS: "20" });
    expect(code).toBe(0);
    expect(stdout.match(/waiting for/g)).toHaveLength(1);
    expect(stdout).toContain("HTTP 503");
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      "another HTTP status",
      () => serve(trusted.issue("127.0.0.1"), (_, response) => response.writeHead(502).end()),
      /Last seen: HTTP 502\./,
    ],
    [
      "a redirect",
      () => serve(trusted.issue("127.0.0.1"), (_, response) => response.writeHead(302).end()),
      /Last seen: HTTP 302\./,
    ],
    [
      "an unknown authority",
      () => serve(other.issue("127.0.0.1"), ready),
      /certificate is not trusted \(.*issued by another authority\)/,
    ],
    [
      "a certificate of another address",
      () => serve(trusted.issue("192.0.2.1"), ready),
      /certificate is not trusted \(.*issued by the trusted authority\)/,
    ],
    ["a closed port", async () => "https://127.0.0.1:9", /Last seen: connection refused\./],
  ])("fails on %s, saying what it saw and where to look", async (_, start, words) => {
    const { stderr, code } = await ask(await start());
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
    expect(stderr).toContain("sudo openclaw-setup-status");
  });

  it("trusts no private authority unless told to", async () => {
    const url = await serve(trusted.issue("127.0.0.1"), ready);
    const { code, stderr } = await ask(url, { GATEWAY_CA_ROOT: "" });
    expect(code).toBe(1);
    expect(stderr).toContain("not trusted");
  });

  it("says which record a domain without an address needs", async () => {
    const noName = 'import dns from "node:dns"; dns.lookup = (name, _, done) => done({ code: "ENOTFOUND" });';
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(noName)}`;
    const { stderr } = await ask("https://claw.invalid", { NODE_OPTIONS });
    expect(stderr).toMatch(
      /claw\.invalid has no address; give it an A record that points at 198\.51\.100\.7/,
    );
  });
});
