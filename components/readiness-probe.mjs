// Runs where Pulumi runs, as the text of `node --eval`: waits until the gateway answers as a browser needs it, over
// HTTPS with a trusted certificate, and else says what it saw last. It needs no key.
import { get } from "node:https";
import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";

const {
  GATEWAY_URL = "",
  GATEWAY_ADDRESS = "",
  GATEWAY_CA_ROOT,
  OPENCLAW_READY_SECONDS = "900",
} = process.env;
const { hostname, port, origin } = new URL(GATEWAY_URL);
// A private authority's roots stand in for the public ones, not beside them.
const ca = GATEWAY_CA_ROOT || undefined;

/** How the machine begins to say that waiting is of no use (cloud-init/files, setup). */
const setupFailed = "setup failed";

const start = Date.now();
const seconds = () => Math.round((Date.now() - start) / 1000);
const patience = Number(OPENCLAW_READY_SECONDS);
if (!(patience > 0)) {
  console.error(
    `OPENCLAW_READY_SECONDS: "${OPENCLAW_READY_SECONDS}" is no number of seconds; give one such as 1800.`,
  );
  process.exit(1);
}

for (let before = ""; ; await sleep(Math.min(3, patience) * 1000)) {
  const seen = await look();
  if (seen === "ready") {
    console.log(`${origin} is ready (after ${seconds()} s)`);
    break;
  }
  if (seen !== before) console.log(`waiting for ${origin}: ${seen}`);
  before = seen;
  if (seconds() >= patience || seen.startsWith(setupFailed)) {
    console.error(`${origin} is not ready after ${seconds()} s. Last seen: ${seen}.`);
    console.error("On the machine, `sudo openclaw-setup-status` says what failed; `pulumi up` asks again.");
    process.exitCode = 1;
    break;
  }
}

/** Asks once. */
function look() {
  return new Promise((resolve) => {
    const request = get(`${origin}/readyz`, { ca, agent: false, timeout: 10_000 }, async (response) => {
      const line = await firstLine(response);
      if (response.statusCode === 200) resolve("ready");
      else resolve(line.startsWith(setupFailed) ? line : `HTTP ${response.statusCode}`);
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
    request.on("error", async (error) => resolve(await describe(error)));
  });
}

/** Of an answer that may be anybody's: short, and without what a terminal would obey. */
async function firstLine(response) {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      text += chunk;
      if (text.length > 300) break;
    }
  } catch {
    // cut off: what came will do
  }
  return text
    .split("\n", 1)[0]
    .slice(0, 300)
    .replace(/[^ -~]/g, "?");
}

async function describe(error) {
  if (error.code === "ENOTFOUND")
    return `${hostname} has no address; give it an A record that points at ${GATEWAY_ADDRESS}`;
  if (error.code === "ECONNREFUSED") return "connection refused";
  // Caddy's answer to a TLS hello as long as it has no certificate to show.
  if (error.code === "EPROTO") return "no certificate yet";
  const issuer = await untrustedIssuer();
  if (issuer) return `the certificate is not trusted (${error.message}; issued by ${issuer})`;
  return error.message || error.code;
}

/** Who issued the certificate that was refused; undefined when it is not the certificate. Sends no request. */
function untrustedIssuer() {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    const servername = isIP(host) ? "" : host;
    const socket = connect(
      { host, port: Number(port || 443), ca, servername, rejectUnauthorized: false },
      () => {
        const { CN, O } = socket.getPeerCertificate().issuer ?? {};
        resolve(socket.authorized ? undefined : (CN ?? O ?? "nobody"));
        socket.destroy();
      },
    );
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve(undefined));
  });
}
