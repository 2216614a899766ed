/** `npm run rehearse -- COMMAND`, with docker compose's habits. */
import { parseArgs } from "node:util";
import { down } from "./commands/down.ts";
import { exec } from "./commands/exec.ts";
import { logs } from "./commands/logs.ts";
import { outputs } from "./commands/outputs.ts";
import { status } from "./commands/status.ts";
import { up } from "./commands/up.ts";
import { upDetached } from "./commands/up-detached.ts";
import { type MachineKind, machineKinds } from "./droplet/machine.ts";
import { runDirectory } from "./run-directory.ts";

const usage = `npm run rehearse -- [COMMAND]
  up                bring the stack up on this computer and stay (the default); Ctrl-C takes it down
                    again while it is up: \`pulumi up\`, as after an edit
  up --detach       bring it up and leave it up
  up --machine vm   boot a virtual machine with Debian's own kernel (QEMU), not nspawn, which shares this computer's
  down              take it down; this computer is then as it was before
  status [--json]   its state, the Droplet and its address, the API's URL, the authority's root certificate
  logs [--follow]   the journal of the Droplet
  outputs [--json]  the stack's outputs, secrets included
  exec -- COMMAND   run a command as root in the Droplet, with its exit code`;

class UsageError extends Error {}

/** The exit code. */
async function main(words: readonly string[]): Promise<number> {
  const { positionals, values } = parse(words);
  const [command = "up", ...rest] = positionals;
  const allow = (...options: string[]) => {
    for (const option of Object.keys(values))
      if (!options.includes(option)) throw new UsageError(`${command} has no option --${option}`);
    if (rest.length > 0 && command !== "exec")
      throw new UsageError(`${command} takes no "${rest.join(" ")}"`);
  };
  const directory = runDirectory();
  switch (command) {
    case "up":
      allow("detach", "machine");
      return await (values.detach ? upDetached : up)(directory, machineKind(values.machine));
    case "down":
      allow();
      return await down(directory);
    case "status":
      allow("json");
      return await status(directory, values.json ?? false);
    case "logs":
      allow("follow");
      return await logs(directory, values.follow ?? false);
    case "outputs":
      allow("json");
      return await outputs(directory, values.json ?? false);
    case "exec":
      allow();
      if (rest.length === 0) throw new UsageError("exec needs a command: exec -- COMMAND");
      return await exec(directory, rest);
    case "help":
      console.log(usage);
      return 0;
    default:
      throw new UsageError(`no such command: ${command}`);
  }
}

function machineKind(word: string | undefined): MachineKind | undefined {
  const kind = machineKinds.find((one) => one === word);
  if (word !== undefined && kind === undefined)
    throw new UsageError(`--machine is one of ${machineKinds.join(", ")}, not "${word}"`);
  return kind;
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        detach: { type: "boolean", short: "d" },
        follow: { type: "boolean", short: "f" },
        json: { type: "boolean" },
        machine: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`rehearse: ${(error as Error).message}`);
  if (error instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
