/** The key itself: by guessing until somebody stops it, and in every form that a comparison may get wrong. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "@jest/globals";
import { until } from "../../../rehearsal/host/until.ts";
import { connect, type Place, places } from "../../machine/client/connect.ts";
import { bearer, request } from "../../machine/client/http.ts";
import { Device, signIn } from "../../machine/client/sign-in.ts";
import { gateway } from "../../machine/gateway.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { type Attack, attacks } from "../attack.ts";
import { pairedDevice } from "../client/paired.ts";

const unban = () =>
  outputOf(
    `for address in ${places.burglar.address} ${places.thief.address}; do fail2ban-client unban $address; done`,
  );
beforeAll(unban);
afterAll(unban);

/** How far one gets with that key: the gateway's answer, or why there was none. A ban may come half way. */
async function knock(from: Place, key: string, device?: Device): Promise<string> {
  const patience = new AbortController();
  const silence = sleep(10_000, "no answer", { signal: patience.signal }).catch(() => "");
  const answer = await Promise.race([answerTo(from, key, device), silence]);
  patience.abort();
  return answer;
}

async function answerTo(from: Place, key: string, device?: Device): Promise<string> {
  try {
    const { code, client } = await signIn({ from, key, ...(device && { device }) });
    client.close();
    return code === "" ? "in" : code;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

const isRefused = (from: Place) =>
  connect(from, 443).then(
    (socket) => !socket.destroy(),
    (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED",
  );

const guesses: Attack = {
  tries: "guess 60 keys, 12 at a time, until nobody answers",
  attempt: async () => {
    const answers = new Set<string>();
    for (let n = 0; n < 60; n += 12) {
      const keys = Array.from({ length: 12 }, (_, i) => `${n + i}`.padStart(gateway.key.length, "x"));
      for (const answer of await Promise.all(keys.map((key) => knock(places.burglar, key))))
        answers.add(answer);
    }
    await until(() => isRefused(places.burglar), `the ban of ${places.burglar.address}`, 15);
    return { succeeded: answers.has("in"), answer: `${[...answers].sort().join(" ")}, then nobody answered` };
  },
  refused: /AUTH_(RATE_LIMITED|TOKEN_MISMATCH).*, then nobody answered$/,
  control: {
    as: "with the key and a device that was approved",
    attempt: async () => {
      const answer = await knock(places.host, gateway.key, await pairedDevice());
      return { succeeded: answer === "in", answer };
    },
  },
};

const form = (tries: string, key: string, refused = /^AUTH_TOKEN_MISMATCH$/): Attack => ({
  tries,
  attempt: async () => {
    const answer = await knock(places.thief, key, new Device());
    return { succeeded: answer === "in" || answer === "PAIRING_REQUIRED", answer };
  },
  refused,
});

/** Without a key in the handshake, it might be taken from the upgrade. */
const elsewhere = (
  tries: string,
  headers: Readonly<Record<string, string>>,
  path = "/control-ui-config.json",
): Attack => ({
  tries,
  attempt: async () => {
    const { status } = await request({ from: places.prober, path, headers });
    return { succeeded: status === 200, answer: `${status}` };
  },
  refused: /^401$/,
});

attacks({
  who: "from the Internet",
  wants: "the key",
  rows: [
    guesses,
    form("all but its last letter", gateway.key.slice(0, -1)),
    form("one letter more", `${gateway.key}x`),
    form("in small letters", gateway.key.toLowerCase()),
    form("with NUL behind it", `${gateway.key}\0`),
    form("none", "", /^AUTH_TOKEN_MISSING$|^AUTH_REQUIRED$|^DEVICE_IDENTITY_REQUIRED$/),
    elsewhere("the configuration of the page without it", {}),
    elsewhere("the configuration of the page with a wrong one", bearer("x".repeat(48))),
    elsewhere("the configuration of the page with it in a cookie", {
      cookie: `token=${gateway.key}; openclaw_token=${gateway.key}`,
    }),
    elsewhere("the configuration of the page as if local", {
      "x-forwarded-for": "127.0.0.1",
      host: gateway.address,
    }),
  ],
});
