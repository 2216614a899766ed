import { prepareEngine } from "../engine/engine.ts";
import { Stack } from "../stack.ts";
import { requireStatus } from "../status.ts";

/** The stack's outputs with the secrets, since it is a rehearsal. */
export async function outputs(runDirectory: string, json: boolean): Promise<number> {
  const status = await requireStatus(runDirectory);
  const stack = new Stack(await prepareEngine((line) => console.error(line)), runDirectory, status);
  const values = await stack.outputs();
  if (json) console.log(JSON.stringify(values, null, 2));
  else for (const [name, value] of Object.entries(values)) console.log(`${name}: ${show(value)}`);
  return 0;
}

const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
