import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./host/run.ts";
import type { StackConfig } from "./stack.ts";
import type { RehearsalWorld } from "./world.ts";

/** What the rehearsal sets in the stack: as in production, but for the certificate authority and the model. */
export function rehearsedConfig(world: RehearsalWorld, publicKey: string): StackConfig {
  const { apiKey, ...model } = world.model;
  return {
    values: {
      region: "fra1",
      acme: { directory: world.acme.directory, caRoot: world.acme.caRoot },
      admin: { publicKey, cidrs: [`${world.hostAddress}/32`] },
      model,
    },
    secrets: { "model.apiKey": apiKey },
  };
}

/** The public half of an SSH key that lives as long as the rehearsal. */
export async function adminKey(runDirectory: string): Promise<string> {
  const file = join(runDirectory, "admin-key");
  if (!existsSync(file))
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "rehearsal", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}
