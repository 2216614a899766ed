/** Other ways to write /tools/invoke, which a server may take for the same; sent as they stand, with the right key. */
import { places } from "../../machine/client/connect.ts";
import { bearer, request } from "../../machine/client/http.ts";
import { gateway } from "../../machine/gateway.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { type Attack, attacks } from "../attack.ts";
import { exchange2, request as request2 } from "../client/http2.ts";

const body = JSON.stringify({ tool: "agents_list", args: {} });
const headers = { ...bearer(gateway.key), "content-type": "application/json" };
const from = places.prober;

const disguises = [
  "/tools/invoke",
  "/TOOLS/INVOKE",
  "/Tools/invoke",
  "//tools/invoke",
  "/tools//invoke",
  "/./tools/invoke",
  "/.//tools/invoke",
  "/x/../tools/invoke",
  "/x/%2e%2e/tools/invoke",
  "/x/..%2ftools/invoke",
  "/x/..%5ctools/invoke",
  "/x/..\\tools/invoke",
  "/tools/../tools/invoke",
  "/%74ools/invoke",
  "/%74%6f%6f%6c%73/invoke",
  "/%2574ools/invoke",
  "/%25%37%34ools/invoke",
  "/tools%2finvoke",
  "/tools%2Finvoke",
  "/tools%252finvoke",
  "/tools%5cinvoke",
  "/tools\\invoke",
  "\\tools\\invoke",
  "/%2ftools/invoke",
  "/%2e/tools/invoke",
  "/..;/tools/invoke",
  "/tools;a=b/invoke",
  "/;/tools/invoke",
  "/tools/invoke;.css",
  "/tools/invoke/",
  "/tools/invoke%00",
  "/tools%00/invoke",
  "/tools/invoke%20",
  "/%20tools/invoke",
  "/tools/invoke%0a",
  "/tools/invoke%0d%0aX:y",
  "/tools./invoke",
  "/t%c3%b6ols/../tools/invoke",
  "/%c1%b4ools/invoke",
  "/%ef%bd%94ools/invoke",
  "/tools/invoke?path=/",
  "/?/tools/invoke",
  "/tools/invoke#/",
  "/%23/../tools/invoke",
  `${gateway.url}/tools/invoke`,
  `http://${gateway.address}/tools/invoke`,
  "https://127.0.0.1:18789/tools/invoke",
];

/** The page is HTML; the gateway's routes say JSON. Empty: the proxy's own answer. */
const isRoute = ({ status, type }: { status: number; type: string }) =>
  type.includes("json") || (status >= 200 && status < 300 && !type.includes("html"));

const path = (disguise: string): Attack => ({
  tries: `ask for ${disguise}`,
  attempt: async () => {
    const answers = await Promise.allSettled(
      (["GET", "POST", "HEAD"] as const).map((method) =>
        request({ from, method, path: disguise, headers, ...(method === "POST" && { body }) }),
      ),
    );
    const seen = answers.map((one) =>
      one.status === "fulfilled"
        ? { status: one.value.status, type: one.value.headers["content-type"] ?? "none" }
        : { status: 0, type: "none" },
    );
    return {
      succeeded: seen.some(isRoute),
      answer: seen.map(({ status, type }) => `${status} ${type}`).join(", "),
    };
  },
  // by the method where the path means nothing to the proxy; the page for GET, which is what is shown for any path
  refused: /^(\d+ (none|text\/(html|plain)[^,]*)(, |$)){3}$/,
});

const throughHttp2 = (
  tries: string,
  pairs: readonly (readonly [string, string])[],
  refused: RegExp,
): Attack => ({
  tries: `${tries} (HTTP/2)`,
  attempt: async () => {
    const answer = await exchange2(
      from,
      request2(
        [
          ...pairs,
          [":scheme", "https"],
          [":authority", gateway.address],
          ["authorization", `Bearer ${gateway.key}`],
          ["content-type", "application/json"],
        ].map(([name = "", value = ""]) => [name, value] as const),
        body,
      ),
    );
    return { succeeded: answer.includes("not_found"), answer };
  },
  refused,
});

const post = [":method", "POST"] as const;

attacks({
  who: "with the key but unpaired",
  wants: "the routes that the key alone opens",
  rows: [
    {
      ...path("/tools/invoke"),
      control: {
        as: "straight to the gateway",
        attempt: async () => {
          const call = `curl --silent --output /dev/null --write-out '%{http_code} %{content_type}' --header @- --data '${body}' http://127.0.0.1:18789/tools/invoke`;
          const answer = await outputOf(
            call,
            `Authorization: Bearer ${gateway.key}\nContent-Type: application/json\n`,
          );
          return { succeeded: isRoute({ status: 404, type: answer }), answer };
        },
      },
    },
    ...disguises.slice(1).map(path),
    ...[
      "/tools/invoke",
      "//tools/invoke",
      "/x/../tools/invoke",
      "/%74ools/invoke",
      "/TOOLS/invoke",
      "/tools;a/invoke",
      "tools/invoke",
      "*",
    ].map((disguise) =>
      throughHttp2(
        `ask for ${disguise}`,
        [post, [":path", disguise]],
        /^(headers (404|405|400)|reset 1|goaway 1)/,
      ),
    ),
    throughHttp2(
      "CONNECT with a path",
      [
        [":method", "CONNECT"],
        [":path", "/tools/invoke"],
      ],
      /^reset 1|headers 40[045]/,
    ),
    throughHttp2(
      "a WebSocket over HTTP/2 (RFC 8441)",
      [
        [":method", "CONNECT"],
        [":protocol", "websocket"],
        [":path", "/tools/invoke"],
      ],
      /^reset 1|headers 40[045]/,
    ),
  ],
});
