/** A WebSocket for somebody who is not who the gateway thinks: a page elsewhere, a local process, nobody. */
import { places } from "../../machine/client/connect.ts";
import { Device, type SignIn, signIn } from "../../machine/client/sign-in.ts";
import { gateway } from "../../machine/gateway.ts";
import { type Attack, attacks } from "../attack.ts";
import { pairedDevice } from "../client/paired.ts";

const from = places.unpaired;

/** Succeeds when it may do anything. */
async function attempt(call: SignIn) {
  const { code, scopes, client } = await signIn({ from, ...call });
  client.close();
  return {
    succeeded: scopes.length > 0,
    answer: code === "" ? `connected, may ${scopes.join(" ") || "nothing"}` : code,
  };
}

const origin = (value: string): Attack => ({
  tries: `from the page of ${value}`,
  attempt: () => attempt({ origin: value }),
  refused: /^CONTROL_UI_ORIGIN_NOT_ALLOWED$/,
});

const local = (headers: Readonly<Record<string, string>>): Attack => ({
  tries: `as if local, by ${JSON.stringify(headers)}`,
  attempt: () => attempt({ headers, device: new Device() }),
  refused: /^PAIRING_REQUIRED$/,
});

const forwarded: readonly Readonly<Record<string, string>>[] = [
  { "x-forwarded-for": "127.0.0.1" },
  { "x-forwarded-for": "::1, 127.0.0.1" },
  { "x-real-ip": "127.0.0.1" },
  { forwarded: "for=127.0.0.1;host=localhost;proto=http" },
  { "x-forwarded-host": "localhost" },
  { "true-client-ip": "127.0.0.1", "cf-connecting-ip": "127.0.0.1", "x-client-ip": "127.0.0.1" },
  { "tailscale-user-login": "admin@example.com", "x-forwarded-for": "100.64.0.1" },
  { connection: "Upgrade, X-Forwarded-For, X-Forwarded-Proto" },
];

attacks({
  who: "with the key but unpaired",
  wants: "to be taken for another",
  rows: [
    ...[
      "https://evil.example",
      "null",
      `http://${gateway.address}`,
      `${gateway.url}:8443`,
      `${gateway.url}.evil.example`,
      `https://evil.example/${gateway.url}`,
      `${gateway.url}@evil.example`,
      "http://localhost:18789",
      "file://",
    ].map(origin),
    ...forwarded.map(local),
    {
      tries: "without a device",
      attempt: () => attempt({}),
      refused: /^connected, may nothing$/,
      control: {
        as: "with one that was approved",
        attempt: async () => await attempt({ from: places.host, device: await pairedDevice() }),
      },
    },
    {
      tries: "without a device and a page",
      attempt: () => attempt({ origin: null }),
      refused: /^connected, may nothing$/,
    },
  ],
});
