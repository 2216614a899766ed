/** `npm run devices -- --stack NAME COMMAND`: who may open the gateway, decided one by one. */
import { parseArgs } from "node:util";
import { approve, listDevices, type OpenClaw, revoke } from "./devices.ts";
import { inRehearsal } from "./in-rehearsal.ts";
import { overSsh } from "./over-ssh.ts";
import { report } from "./report.ts";
import { stackMachine } from "./stack-machine.ts";

const usage = `npm run devices -- --stack NAME COMMAND
  list [--json]   the browsers and devices that ask to be let in, and those that are in
  approve ID      let one in, by the ID of its request, which the browser shows too
  revoke ID       put one out, by its fingerprint
Instead of --stack NAME, --rehearsal is the Droplet of \`npm run rehearse\`.`;

class UsageError extends Error {}

async function main(words: readonly string[]): Promise<void> {
  const { values, positionals } = parse(words);
  const [command = "list", id, ...rest] = positionals;
  if ((values.stack === undefined) === (values.rehearsal === undefined))
    throw new UsageError("say which machine: --stack NAME or --rehearsal");
  if (rest.length > 0) throw new UsageError(`one at a time: ${command} takes no "${rest.join(" ")}"`);
  if (values.json && command !== "list") throw new UsageError(`${command} has no option --json`);
  switch (command) {
    case "list": {
      if (id !== undefined) throw new UsageError(`list takes no "${id}"`);
      const devices = await listDevices(await machine(values.stack));
      console.log(values.json ? JSON.stringify(devices, null, 2) : report(devices));
      return;
    }
    case "approve":
      if (!id) throw new UsageError("approve needs the ID of a request: see list");
      console.log(await approve(await machine(values.stack), id));
      return;
    case "revoke":
      if (!id) throw new UsageError("revoke needs the fingerprint of a device: see list");
      console.log(await revoke(await machine(values.stack), id));
      return;
    default:
      throw new UsageError(`no such command: ${command}`);
  }
}

async function machine(stack: string | undefined): Promise<OpenClaw> {
  return stack === undefined ? inRehearsal : overSsh(await stackMachine(stack));
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        stack: { type: "string", short: "s" },
        rehearsal: { type: "boolean" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`devices: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
