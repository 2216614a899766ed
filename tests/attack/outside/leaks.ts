/** What answers tell somebody who has nothing: cookies, caches, other origins, files of the machine, errors. */
import { places } from "../../machine/client/connect.ts";
import { bearer, type Request, request } from "../../machine/client/http.ts";
import { gateway } from "../../machine/gateway.ts";
import { type Attack, attacks } from "../attack.ts";

const from = places.prober;
const pages = [
  "/",
  "/healthz",
  "/readyz",
  "/sw.js",
  "/manifest.webmanifest",
  "/control-ui-config.json",
  "/v1",
  "/x",
];

/** The value of a header on every page, for who sends these. */
const header = (tries: string, name: string, refused: RegExp, headers: Request["headers"] = {}): Attack => ({
  tries,
  attempt: async () => {
    const answers = await Promise.all(pages.map((path) => request({ from, path, headers })));
    const values = answers.map((answer) => String(answer.headers[name] ?? "none"));
    return {
      succeeded: values.some((value) => !refused.test(value)),
      answer: [...new Set(values)].join(", "),
    };
  },
  refused,
});

/** The page for every path that is none: nothing of the file. */
const file = (path: string, sign: RegExp): Attack => ({
  tries: `ask for ${path}`,
  attempt: async () => {
    const { status, body, headers } = await request({ from, path });
    return { succeeded: sign.test(body), answer: `${status} ${headers["content-type"] ?? "none"}` };
  },
  refused: /^(200 text\/html|404 (none|text\/plain))/,
});

const passwd = /^root:/m;

attacks({
  who: "from the Internet",
  wants: "what leaks",
  rows: [
    header("get a cookie", "set-cookie", /^none$/),
    header("get a cookie with the key", "set-cookie", /^none$/, bearer(gateway.key)),
    header("be let in from another origin", "access-control-allow-origin", /^none$/, {
      origin: "https://evil.example",
    }),
    header("be let in from no origin", "access-control-allow-origin", /^none$/, { origin: "null" }),
    header(
      "show the page in a frame",
      "content-security-policy",
      /frame-ancestors 'none'|^none$|^connect-src/,
    ),
    {
      ...header(
        "find what is only the key's in a shared cache",
        "cache-control",
        /^((no-store|no-cache|none)(, )?)+$/,
        bearer(gateway.key),
      ),
      control: {
        as: "for a file that is everybody's",
        attempt: async () => {
          const { body } = await request({ path: "/" });
          const asset = body.match(/src="\.?(\/assets\/[^"]+)"/)?.[1] ?? "";
          const { headers } = await request({ path: asset });
          const answer = headers["cache-control"] ?? "";
          return { succeeded: /max-age=[1-9]/.test(answer), answer };
        },
      },
    },
    header("learn the server's name and release", "server", /^none$/),
    header("learn the framework", "x-powered-by", /^none$/),
    {
      tries: "find the key in a page",
      attempt: async () => {
        const answers = await Promise.all(
          pages.map((path) => request({ from, path, headers: bearer(gateway.key) })),
        );
        const all = answers.map(({ body, headers }) => body + JSON.stringify(headers)).join("");
        return {
          succeeded: all.includes(gateway.key),
          answer: answers.map(({ status }) => status).join(" "),
        };
      },
      refused: /^(\d{3} ?){8}$/,
    },
    {
      tries: "learn more of its health than that it lives",
      attempt: async () => {
        const { body } = await request({ from, path: "/healthz" });
        return { succeeded: body.length > 40, answer: body };
      },
      refused: /^\{"ok":true,"status":"live"\}$/,
    },
    {
      tries: "have an error tell paths and lines of the program",
      attempt: async () => {
        const answers = await Promise.all(
          ["/%", "/%ff", "/%c0%ae", "/avatar/%00", "/assets/%", "/?%"].map((path) => request({ from, path })),
        );
        const all = answers.map(({ body }) => body).join("\n");
        return {
          succeeded: /\/opt\/openclaw|node_modules|at .*:\d+:\d+/.test(all),
          answer: answers.map(({ status }) => status).join(" "),
        };
      },
      refused: /^((200|400|401|404) ?)+$/,
    },
    {
      tries: "be sent elsewhere by the redirect",
      attempt: async () => {
        const { headers } = await request({ from, scheme: "http", path: "//evil.example/%0d%0aX:y" });
        const target = new URL(headers.location ?? "about:blank");
        return { succeeded: target.host !== gateway.address, answer: target.host };
      },
      refused: /^[\d.]+$/,
    },
    ...[
      "/assets/../../../../../../etc/passwd",
      "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
      "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
      "/avatar/..%2f..%2f..%2fetc%2fpasswd",
      "/assets//etc/passwd",
    ].map((path) => file(path, passwd)),
    file("/.env", /TOKEN=/),
    file("/openclaw.json", /"gateway"/),
    file("/package.json", /"dependencies"/),
    file("/.git/config", /\[core\]/),
  ],
});
