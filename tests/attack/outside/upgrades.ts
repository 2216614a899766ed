/** Methods and upgrades that the page does not use. */
import { places } from "../../machine/client/connect.ts";
import { bearer, request } from "../../machine/client/http.ts";
import { gateway } from "../../machine/gateway.ts";
import { type Attack, attacks } from "../attack.ts";
import { exchange, message, statuses } from "../client/raw.ts";

const from = places.prober;

const upgrade = (path: string): Attack => ({
  tries: `open a WebSocket at ${path}`,
  attempt: async () => {
    const handshake = message([
      `GET ${path} HTTP/1.1`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      `Origin: ${gateway.url}`,
      `Authorization: Bearer ${gateway.key}`,
    ]);
    const answer = statuses((await exchange(from, handshake, { silence: 1500 })).toString());
    return { succeeded: answer.startsWith("101"), answer };
  },
  refused: /^404$/,
});

const override = (header: string): Attack => ({
  tries: `make a GET of a POST by ${header}`,
  attempt: async () => {
    const headers = { ...bearer(gateway.key), [header]: "GET" };
    const { status } = await request({ from, method: "POST", headers, body: "{}" });
    return { succeeded: status < 300, answer: `${status}` };
  },
  refused: /^405$/,
});

const method = (name: string, refused: RegExp, path = "/"): Attack => ({
  tries: `say ${name} ${path}`,
  attempt: async () => {
    const answer = statuses(
      (await exchange(from, message([`${name} ${path} HTTP/1.1`, "Connection: close"]))).toString(),
    );
    return { succeeded: answer.startsWith("2"), answer };
  },
  refused,
});

attacks({
  who: "with the key but unpaired",
  wants: "other methods and upgrades",
  rows: [
    {
      ...upgrade("/tools/invoke"),
      control: { as: "where the page does it", attempt: () => upgrade("/").attempt() },
    },
    ...[
      "/v1/realtime",
      "/api/x",
      "/mcp",
      "/plugins/x",
      "/hooks/x",
      "/__openclaw__/worker",
      "/TOOLS/x",
      "/%6dcp",
    ].map(upgrade),
    ...["x-http-method-override", "x-method-override", "x-http-method"].map(override),
    method("CONNECT", /^(400|405)?$/, "127.0.0.1:18789"),
    method("TRACE", /^405$/),
    method("post", /^405$/),
    method("PRI", /^(400|405)?$/, "*"),
    method("PROPFIND", /^405$/),
  ],
});
