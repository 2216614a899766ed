import { describe, expect, it } from "@jest/globals";
import { places } from "../client/connect.ts";
import { bearer, request } from "../client/http.ts";
import { outputOf } from "../in-droplet.ts";

interface AccessLine {
  readonly ts: number;
  readonly status: number;
  readonly request: { readonly remote_ip: string; readonly method: string; readonly uri: string };
}

const accessLog = "/var/log/caddy/access.log";

async function lineOf(marker: string): Promise<AccessLine> {
  const line = await outputOf(`until grep --max-count 1 ${marker} ${accessLog}; do sleep 0.1; done`);
  return JSON.parse(line) as AccessLine;
}

describe("the access log", () => {
  it("has one line of JSON for each request, with the client's own address", async () => {
    const marker = `/line-${Date.now()}`;
    const before = Date.now() / 1000 - 1;
    await request({ path: marker, from: places.bystander, headers: { "x-forwarded-for": "203.0.113.7" } });
    const line = await lineOf(marker);
    expect(line).toMatchObject({
      status: 200,
      request: {
        remote_ip: places.bystander.address,
        client_ip: places.bystander.address,
        method: "GET",
        uri: marker,
      },
    });
    expect(line.ts).toBeGreaterThan(before);
  });

  it("has neither queries nor headers nor capabilities in paths", async () => {
    const marker = `/query-${Date.now()}`;
    await request({
      path: `${marker}/cap/SECRET/x?token=SECRET`,
      headers: { ...bearer("SECRET"), cookie: "SECRET" },
    });
    const line = await lineOf(marker);
    expect(line.request.uri).toBe(`${marker}/cap/-/x?-`);
    expect(JSON.stringify(line)).not.toContain("SECRET");
    expect(Object.keys(line.request)).not.toContain("headers");
    expect(Object.keys(line)).not.toContain("resp_headers");
  });

  it("is all JSON, and ends each line with the status, where fail2ban's filter looks for it", async () => {
    const lines = (await outputOf(`cat ${accessLog}`)).split("\n");
    for (const line of lines) expect(Object.keys(JSON.parse(line)).at(-1)).toBe("status");
  });

  it("rolls at 10 MiB and keeps five", async () => {
    // As Caddy itself runs it, not as its file has it.
    const config = await outputOf(
      "curl --silent --unix-socket /run/caddy/admin.sock http://caddy/config/logging",
    );
    const { logs } = JSON.parse(config) as { logs: Record<string, { writer?: object }> };
    const writer = Object.values(logs).find((log) => log.writer)?.writer;
    expect(writer).toMatchObject({ filename: accessLog, roll_size_mb: 10, roll_keep: 5, mode: "0640" });
  });
});

describe("OpenClaw's log", () => {
  it("is JSON, a line for each event", async () => {
    const lines = (await outputOf("tail --lines 50 /var/log/openclaw/openclaw.log")).split("\n");
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("time");
  });
});
