import { describe, expect, it } from "@jest/globals";
import { bearer, type Request, request } from "../client/http.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

const refused = ["/tools", "/v1", "/api", "/hooks", "/plugins", "/mcp", "/oauth", "/__openclaw__/worker"];

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
});
