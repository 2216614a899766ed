import { lookAgain, stack } from "./gateway.ts";
import { inDroplet } from "./in-droplet.ts";

/** For tests that change the machine: the readiness gate gives up after 900 s and says why, so it comes first. */
export const untilTheGateGivesUp = 1_200_000;

interface Change {
  /** What failed, if something did. */
  readonly failure?: string;
  /** What `pulumi up` printed. */
  readonly said: string;
  /** From its first word of the Droplet until its end: the gateway was away. */
  readonly secondsAway: number;
}

/** `pulumi up`, which may change or replace the machine; a line of who says how long it took. */
export async function change(
  who: string,
  what: string,
  options: Parameters<typeof stack.up>[1],
): Promise<Change> {
  const said: string[] = [];
  const start = Date.now();
  let off: number | undefined;
  const failure = await stack
    .up((line) => {
      said.push(line);
      if (/Droplet openclaw-machine (deleting|updating)/.test(line)) off ??= Date.now();
    }, options)
    .then(() => undefined, String);
  const end = Date.now();
  await lookAgain();
  const seconds = (from: number) => Math.round((end - from) / 1000);
  const secondsAway = off === undefined ? 0 : seconds(off);
  const away = off === undefined ? "" : `, the gateway away for ${secondsAway} s`;
  process.stdout.write(`[${who}] ${what}: pulumi up ${seconds(start)} s${away}\n`);
  return { ...(failure !== undefined && { failure }), said: said.join("\n"), secondsAway };
}

/** The same, for a change that must succeed; if not, the error has the machine's own words. */
export async function changeTo(...args: Parameters<typeof change>): Promise<Change> {
  const changed = await change(...args);
  if (changed.failure === undefined) return changed;
  const { stdout } = await inDroplet(
    "openclaw-setup-status; journalctl --unit openclaw-setup --lines 40 --output cat",
  ).catch((error: Error) => ({ stdout: error.message }));
  throw new Error(`${changed.failure}\n${changed.said}\n${stdout}`);
}
