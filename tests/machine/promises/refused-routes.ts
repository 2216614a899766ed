import { describe, expect, it } from "@jest/globals";
import { bearer, type Request, request } from "../client/http.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

const refused = ["/tools", "/v1", "/api", "/hooks", "/plugins", "/mcp", "/oauth", "/__openclaw__/worker"];

/** Other ways to write /tools/invoke, which a server may take for the same. Sent as they stand, with no client's help. */
const disguises = [
  "/TOOLS/INVOKE",
  "/Tools/invoke",
  "//tools/invoke",
  "/tools//invoke",
  "/./tools/invoke",
  "/.//tools/invoke",
  "/x/../tools/invoke",
  "/x/%2e%2e/tools/invoke",
  "/tools/../tools/invoke",
  "/%74ools/invoke",
  "/%74%6f%6f%6c%73/invoke",
  "/tools%2finvoke",
  "/tools%2Finvoke",
  "/%2ftools/invoke",
  "/tools/invoke/",
  "/tools/invoke?path=/",
  "/tools/invoke#/",
  `${gateway.url}/tools/invoke`,
];

/** With the right key, and with what the routes behind the proxy would take. */
async function answerOf(ask: Request) {
  const headers = { ...bearer(gateway.key), ...(ask.body && { "content-type": "application/json" }) };
  const { status, body } = await request({ ...ask, headers });
  return { status, body };
}

// Empty: the proxy's own answer. The gateway's have a text.
const fromTheProxy = { status: 404, body: "" };
const invoke = JSON.stringify({ tool: "agents_list", args: {} });

describe("routes that the page does not need", () => {
  it("are there behind the proxy, where the key alone opens them", async () => {
    const call = `curl --silent --header @- --header 'Content-Type: application/json' --data '${invoke}' http://127.0.0.1:18789/tools/invoke`;
    expect(await outputOf(call, `Authorization: Bearer ${gateway.key}\n`)).toContain('"type":"not_found"');
  });

  it.each(refused)("%s and what is below are not found, whatever the method", async (path) => {
    for (const at of [path, `${path}/x`])
      for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE"])
        expect(await answerOf({ method, path: at })).toEqual(fromTheProxy);
  });

  it.each(disguises)("are not found as %s", async (path) => {
    expect(await answerOf({ path })).toEqual(fromTheProxy);
    expect(await answerOf({ method: "POST", path, body: invoke })).toEqual(fromTheProxy);
  });
});
