/** Many devices that ask to be paired, so that the administrator no longer sees, or can no longer approve, the real one. */
import { places } from "../../machine/client/connect.ts";
import { Device, signIn } from "../../machine/client/sign-in.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { type Attack, attacks } from "../attack.ts";
import { pairedDevice } from "../client/paired.ts";

interface Devices {
  readonly pending: readonly { readonly deviceId: string; readonly remoteIp: string }[];
  readonly paired: readonly { readonly deviceId: string }[];
}

const crowd = Array.from({ length: 60 }, () => new Device());
const real = new Device();

let listed: Promise<Devices> | undefined;
async function afterwards(): Promise<Devices> {
  await signIn({ from: places.bystander, device: real });
  for (let n = 0; n < crowd.length; n += 10)
    await Promise.all(
      crowd.slice(n, n + 10).map((device) => signIn({ from: places.pairer, device }).catch(() => {})),
    );
  return JSON.parse(await outputOf("openclaw devices list --json")) as Devices;
}

/** What the list says after one flood, which all rows look at. */
const look = (
  tries: string,
  of: (devices: Devices) => { succeeded: boolean; answer: string },
  refused: RegExp,
): Attack => ({
  tries,
  attempt: async () => {
    listed ??= afterwards();
    return of(await listed);
  },
  refused,
});

const approved = async () => {
  const device = await pairedDevice();
  const { code, client } = await signIn({ device });
  client.close();
  return { succeeded: code === "", answer: code };
};

attacks({
  who: "with the key but unpaired",
  wants: `to be paired, by ${crowd.length} requests`,
  rows: [
    {
      ...look(
        "be paired in the crowd",
        ({ paired }) => {
          const count = paired.filter(({ deviceId }) => crowd.some(({ id }) => id === deviceId)).length;
          return { succeeded: count > 0, answer: `${count} paired` };
        },
        /^0 paired$/,
      ),
      control: { as: "once the administrator has approved it", attempt: approved },
    },
    look(
      "push the real request off the list",
      ({ pending }) => ({
        succeeded: !pending.some(({ deviceId }) => deviceId === real.id),
        answer: `on the list of ${pending.length}`,
      }),
      /^on the list of \d+$/,
    ),
  ],
});
