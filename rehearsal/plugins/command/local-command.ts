import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Properties } from "../shared/properties.ts";
import type { Context, ResourceType } from "../shared/resource-type.ts";

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** command.local.Command, without assets and archives. */
export const localCommand: ResourceType = {
  inputs: {
    create: {},
    update: {},
    delete: {},
    interpreter: {},
    dir: {},
    environment: {},
    stdin: {},
    logging: {},
    addPreviousOutputInEnv: {},
    triggers: { replaces: true },
  },
  // A command may print the secrets that it was given.
  derivedOutputs: ["stdout", "stderr"],
  async create(inputs, context) {
    const output = await run(inputs.create, inputs, {}, context);
    return { id: randomUUID(), outputs: { ...inputs, ...output } };
  },
  async update(_id, olds, news, context) {
    const output = await run(news.update ?? news.create, news, previousOutput(olds, news), context);
    return { ...news, ...output };
  },
  async delete(_id, outputs, context) {
    await run(outputs.delete, outputs, previousOutput(outputs, outputs), context);
  },
};

function previousOutput(olds: Properties, inputs: Properties): NodeJS.ProcessEnv {
  if (inputs.addPreviousOutputInEnv === false) return {};
  return {
    PULUMI_COMMAND_STDOUT: String(olds.stdout ?? ""),
    PULUMI_COMMAND_STDERR: String(olds.stderr ?? ""),
  };
}

async function run(
  command: unknown,
  inputs: Properties,
  environment: NodeJS.ProcessEnv,
  context: Context,
): Promise<Output> {
  if (typeof command !== "string") return { stdout: "", stderr: "" };
  const [interpreter = "", ...args] = (inputs.interpreter as string[] | undefined) ?? ["/bin/sh", "-c"];
  // In its own process group, so that it ends with all that it started.
  const child = spawn(interpreter, [...args, command], {
    cwd: inputs.dir as string | undefined,
    env: { ...process.env, ...environment, ...(inputs.environment as NodeJS.ProcessEnv | undefined) },
    detached: true,
  });
  const stop = () => child.pid !== undefined && process.kill(-child.pid, "SIGTERM");
  context.signal.addEventListener("abort", stop);
  process.once("exit", stop);
  child.stdin.on("error", () => {}); // A command need not read what it is given.
  child.stdin.end(inputs.stdin ?? "");
  const logging = (inputs.logging as string | undefined) ?? "stdoutAndStderr";
  const show = (name: string) => (logging.toLowerCase().includes(name) ? context.log : undefined);
  try {
    const [[code, signal], stdout, stderr] = await Promise.all([
      once(child, "close") as Promise<[number | null, string | null]>,
      lines(child.stdout, show("stdout")),
      lines(child.stderr, show("stderr")),
    ]);
    if (code !== 0) {
      const said = [stdout, stderr].filter(Boolean).join("\n");
      throw new Error(`${signal ?? `exit status ${code}`}: running ${JSON.stringify(command)}:\n${said}`);
    }
    return { stdout, stderr };
  } finally {
    context.signal.removeEventListener("abort", stop);
    process.removeListener("exit", stop);
  }
}

/** All that is written, without the last line's end; each line is shown as it comes. */
async function lines(stream: Readable, show?: (line: string) => void): Promise<string> {
  const all: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    show?.(line);
    all.push(line);
  }
  return all.join("\n");
}
