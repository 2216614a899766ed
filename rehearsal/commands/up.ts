import type { MachineKind } from "../droplet/machine.ts";
import { prepareEngine } from "../engine/engine.ts";
import type { Progress } from "../progress.ts";
import { keepRehearsal } from "../rehearsal.ts";
import { Stack } from "../stack.ts";
import { readStatus, type Status } from "../status.ts";

const say: Progress = (line) => console.log(line);

/** Brings the stack up and stays until a signal; when it is up already, `pulumi up` again. */
export async function up(runDirectory: string, machine?: MachineKind): Promise<number> {
  const running = await readStatus(runDirectory);
  if (running) return await upAgain(runDirectory, running, machine);

  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  let exitCode = 1;
  await keepRehearsal({
    runDirectory,
    machine: machine ?? "nspawn",
    progress: say,
    stop: stop.signal,
    settled: async (stack) => {
      if (stack) exitCode = 0;
      say(stack ? await howToOpen(stack) : howToLook);
    },
  });
  return exitCode;
}

export async function upAgain(
  runDirectory: string,
  running: Status,
  machine = running.machine,
): Promise<number> {
  if (machine !== running.machine)
    throw new Error(`the rehearsal that is up has --machine ${running.machine}: take it down first`);
  const stack = new Stack(await prepareEngine(say), runDirectory, running);
  await stack.up(say);
  say(await howToOpen(stack));
  return 0;
}

async function howToOpen(stack: Stack): Promise<string> {
  const { url } = await stack.outputs();
  return `
The gateway is up: ${url}
  its key and the address with the key:  npm run rehearse -- outputs --json
  the certificate to trust:              npm run rehearse -- status --json
  approve a browser:                     npm run devices -- --rehearsal list
  take it down:                          npm run rehearse -- down, or Ctrl-C where it runs`;
}

const howToLook = `
The stack did not come up; what there is of it stays.
  what the machine says:  npm run rehearse -- exec -- openclaw-setup-status
  try again:              npm run rehearse -- up
  take it down:           npm run rehearse -- down`;
