/**
 * A second request hidden in the first, which proxy and gateway would take for different things. The hidden one is
 * POST /tools/invoke with the right key, which the proxy refuses and the gateway behind it answers.
 */
import { places } from "../../machine/client/connect.ts";
import { request } from "../../machine/client/http.ts";
import { gateway } from "../../machine/gateway.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { withoutGateway } from "../../machine/standstill.ts";
import { type Attack, attacks, type Outcome } from "../attack.ts";
import { exchange2, request as request2 } from "../client/http2.ts";
import { exchange, message, statuses } from "../client/raw.ts";

const body = JSON.stringify({ tool: "agents_list", args: {} });
const hidden = message(
  [
    "POST /tools/invoke HTTP/1.1",
    `Authorization: Bearer ${gateway.key}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ],
  body,
);
/** What only the gateway's own /tools/invoke says. */
const reached = (answer: string) => answer.includes('"type":"not_found"');

const from = places.smuggler;
const size = `Content-Length: ${hidden.length}`;
const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
const ended = `0\r\n\r\n${hidden}`;
const get = "GET /healthz HTTP/1.1";

/** The hidden request's answer would come on this connection, or on the next of those that the proxy keeps open. */
async function afterwards(answer: string, said: string): Promise<Outcome> {
  const next = await Promise.all(
    Array.from({ length: 4 }, () => request({ path: "/healthz", from: places.bystander })),
  );
  const mixed = next.some(({ status, body }) => status !== 200 || !body.includes('"ok"'));
  return { succeeded: reached(answer) || mixed, answer: said };
}

const smuggle = (tries: string, bytes: string, refused: RegExp): Attack => ({
  tries,
  attempt: async () => {
    const answer = (await exchange(from, bytes)).toString();
    return await afterwards(answer, `answers: ${statuses(answer)}`);
  },
  refused,
});

const smuggle2 = (
  tries: string,
  headers: readonly (readonly [string, string])[],
  refused: RegExp,
  data = "",
): Attack => ({
  tries,
  attempt: async () => {
    const pseudo = [
      [":method", "GET"],
      [":scheme", "https"],
      [":authority", gateway.address],
      [":path", "/healthz"],
    ] as const;
    const kept = pseudo.filter(([name]) => !headers.some(([other]) => other === name));
    const answer = await exchange2(from, request2([...kept, ...headers], data));
    return await afterwards(answer, answer);
  },
  refused,
});

const rejected = /^answers: 400$/;
// the first is answered, the hidden one is a request of its own to the proxy, which refuses it
const apart = /^answers: 200 (404|400)$/;

const control = {
  as: "straight to the gateway",
  attempt: async () => {
    const answer = await outputOf("exec 4<>/dev/tcp/127.0.0.1/18789; cat >&4; timeout 10 cat <&4", hidden);
    return { succeeded: reached(answer), answer };
  },
};

attacks({
  who: "from the Internet",
  wants: "a request past the proxy (smuggling)",
  rows: [
    {
      ...smuggle(
        "say both lengths, the proxy to take the first (CL.TE)",
        message([get, size, "Transfer-Encoding: chunked"], ended),
        /^answers: 200 404$/,
      ),
      control,
    },
    smuggle(
      "say both lengths, the proxy to take the second (TE.CL)",
      message([get, "Content-Length: 4", "Transfer-Encoding: chunked"], chunk),
      /^answers: (400|200)$/,
    ),
    ...[
      "xchunked",
      "identity, chunked",
      "chunked, identity",
      "\tchunked\v",
      "chunked\r\nTransfer-Encoding: x",
      '"chunked"',
    ].map((coding) =>
      smuggle(
        `name a coding that one may not know: ${JSON.stringify(coding)}`,
        message([get, size, `Transfer-Encoding: ${coding}`], ended),
        /^answers: (400|501)$/,
      ),
    ),
    smuggle("say two lengths", message([get, "Content-Length: 0", size], hidden), rejected),
    smuggle(
      "say a length with a sign",
      message([get, `Content-Length: +${hidden.length}`], hidden),
      rejected,
    ),
    smuggle("say a negative length", message([get, "Content-Length: -1"], hidden), rejected),
    smuggle(
      "put white space before the colon",
      message([get, `Content-Length : ${hidden.length}`], hidden),
      rejected,
    ),
    smuggle(
      "fold a header over two lines (obs-fold)",
      message([get, "X-A: b", ` ${size}`], hidden),
      /^answers: (400|200 404)$/,
    ),
    smuggle("end a line with a bare CR", message([get, `X-A: b\r${size}`], hidden), rejected),
    smuggle(
      "end lines with a bare LF",
      `${get}\nHost: ${gateway.address}\n${size}\n\n${hidden}`,
      /^answers: (400|200)$/,
    ),
    smuggle("put NUL into a header", message([get, "X-A: b\0c"], hidden), rejected),
    smuggle(
      "put a request into the request line",
      message([`GET /healthz HTTP/1.1 \r\nX: y\r\n\r\n${hidden}`]),
      /^answers: 400/,
    ),
    smuggle("send one after the other (pipelining)", message([get]) + hidden, apart),
    smuggle(
      "speak HTTP/1.0 with chunks",
      message(["GET /healthz HTTP/1.0", "Transfer-Encoding: chunked"], ended),
      /^answers: (400|200)$|^answers: $/,
    ),
    smuggle("speak HTTP/0.9", "GET /tools/invoke\r\n\r\n", rejected),
    smuggle(
      "ask for an upgrade that fails, and go on behind it",
      message([get, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 7"], hidden),
      /^answers: 400 404$/,
    ),
    smuggle(
      "ask for HTTP/2 in clear text (h2c)",
      message(
        [
          get,
          "Connection: Upgrade, HTTP2-Settings",
          "Upgrade: h2c",
          "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        ],
        hidden,
      ),
      /^answers: 400 404$/,
    ),
    smuggle2(
      "write a line break into a header (HTTP/2)",
      [["x-a", `b\r\n\r\n${hidden}`]],
      /^(reset|goaway) 1$/,
    ),
    smuggle2(
      "write a line break into the path (HTTP/2)",
      [[":path", `/healthz HTTP/1.1\r\n\r\n${hidden}`]],
      /^(reset|goaway) 1$|headers 400/,
    ),
    smuggle2(
      "say Transfer-Encoding (HTTP/2)",
      [["transfer-encoding", "chunked"]],
      /^(reset|goaway) 1$|headers 400/,
      ended,
    ),
    smuggle2(
      "say a length that is not the body's (HTTP/2)",
      [["content-length", "0"]],
      /(reset|goaway) 1$|headers 400/,
      hidden,
    ),
    smuggle2("write a colon into a header's name (HTTP/2)", [["x-a: b", "c"]], /^(reset|goaway) 1$/),
    smuggle2(
      "say the path twice (HTTP/2)",
      [
        [":path", "/healthz"],
        [":path", "/tools/invoke"],
      ],
      /^(reset|goaway) 1$/,
    ),
  ],
});

const chunks = {
  "say a chunk's length with a bare LF": `0\n\n${hidden}`,
  "hide it in a chunk's extension": `1;\n${hidden}\r\nx\r\n0\r\n\r\n`,
};
let answers: Promise<Map<string, string>> | undefined;

const send = async (): Promise<Map<string, string>> => {
  const sent = Object.entries(chunks).map(async ([tries, body]) => {
    const answer = await exchange(from, message([get, "Transfer-Encoding: chunked"], body));
    return [tries, answer.toString()] as const;
  });
  return new Map(await Promise.all(sent));
};

attacks({
  who: "from the Internet",
  wants: "a request past the proxy, in a chunk that is none",
  rows: Object.keys(chunks).map((tries) => ({
    tries,
    attempt: async () => {
      answers ??= withoutGateway(send);
      const answer = (await answers).get(tries) ?? "";
      return await afterwards(answer, `answers: ${statuses(answer)}`);
    },
    refused: /^answers: 502$/,
    control,
  })),
});
