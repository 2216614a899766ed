import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "@jest/globals";
import { connect, places } from "../client/connect.ts";
import { request, secureConnection } from "../client/http.ts";
import { gateway } from "../gateway.ts";
import { withoutGateway } from "../standstill.ts";

describe("HTTP", () => {
  it.each(["/healthz", "/readyz"])("says at %s, to anybody, that the gateway is well", async (path) => {
    const { status, headers } = await request({ path, from: places.bystander });
    expect(status).toBe(200);
    expect(headers["content-type"]).toContain("application/json");
  });

  it("serves the page", async () => {
    const { status, headers, body } = await request({ path: "/" });
    expect(status).toBe(200);
    expect(headers["content-type"]).toContain("text/html");
    expect(body).toContain("openclaw-control-ui");
  });

  it("speaks HTTP/2 to who asks for it", async () => {
    const secure = await secureConnection(places.host, { ALPNProtocols: ["h2", "http/1.1"] });
    expect(secure.alpnProtocol).toBe("h2");
    const session = connectHttp2(gateway.url, { createConnection: () => secure });
    const stream = session.request({ ":path": "/readyz" });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    expect(headers[":status"]).toBe(200);
    expect(await text(stream)).toContain("true");
    session.close();
  });

  it.each([
    ["strict-transport-security", "max-age=31536000"],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "no-referrer"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["permissions-policy", "camera=(), microphone=(), geolocation=(), clipboard-write=(self)"],
    ["server", undefined],
    ["via", undefined],
  ])("sends the header %s: %s", async (name, value) => {
    // The page is the gateway's answer, the other one the proxy's own.
    for (const path of ["/", "/v1"]) expect((await request({ path })).headers[name]).toBe(value);
  });

  it("adds its content security policy to OpenClaw's own", async () => {
    const policies = (await request({ path: "/" })).headers["content-security-policy"] ?? "";
    expect(policies).toMatch(/script-src 'self' 'sha256-/); // OpenClaw's, with the hashes of its scripts
    expect(policies).toContain("connect-src 'self' data:; img-src 'self' data: blob:; font-src 'self'");
    expect(policies).toContain("form-action 'none'");
  });

  it("sends plain HTTP to HTTPS, path and query kept", async () => {
    const { status, headers } = await request({ scheme: "http", path: "/chat/a%20b?c=d&e=%2F" });
    expect(status).toBe(308);
    expect(headers.location).toBe(`${gateway.url}/chat/a%20b?c=d&e=%2F`);
    expect(headers.server).toBeUndefined();
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])(
    "has no use for %s",
    async (method) => {
      const { status, headers } = await request({ method });
      expect(status).toBe(405);
      expect(headers.allow).toBe("GET, HEAD");
    },
  );

  it("takes headers up to 16 KB", async () => {
    const headers = (length: number) => ({ "x-long": "x".repeat(length) });
    expect((await request({ headers: headers(12_000) })).status).toBe(200);
    expect((await request({ headers: headers(20_000) })).status).toBe(431);
  });

  it.each(["identity", "chunked"])("takes a body up to 64 KB (%s)", async (coding) => {
    const ask = (length: number) =>
      request({
        headers: coding === "chunked" ? { "transfer-encoding": coding } : { "content-length": `${length}` },
        body: "x".repeat(length),
      });
    expect((await ask(60_000)).status).toBe(200);
    expect((await withoutGateway(() => ask(80_000))).status).toBe(413);
  });

  it("does not wait for a body that is said to be of 100 KB", async () => {
    expect((await request({ headers: { "content-length": "100000" } })).status).toBe(413);
  });

  it.each(["http", "https"] as const)("answers no other name than its own (%s)", async (scheme) => {
    for (const host of ["evil.example", "localhost", "127.0.0.1", gateway.dropletAddress])
      await expect(request({ scheme, headers: { host } })).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(request({ scheme, path: "http://evil.example/" })).rejects.toMatchObject({
      code: "ECONNRESET",
    });
  });

  it("is nobody's proxy (CONNECT)", async () => {
    const socket = await connect(places.host, 80);
    socket.end("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n");
    expect(await text(socket)).not.toMatch(/^HTTP\/1\.1 2/);
  });
});
