import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./host/run.ts";
import type { StackConfig } from "./stack.ts";
import type { RehearsalWorld } from "./world.ts";

/**
 * What the rehearsal sets in the stack: as in production, but for the certificate authority and the models. Besides
 * main there are two agents that reach some hosts (internet/resolver.ts), each its own; the second has a model, tools
 * and limits of its own as well.
 */
export function rehearsedConfig(world: RehearsalWorld, publicKey: string): StackConfig {
  const { apiKey, ...model } = world.models.scripted;
  const { apiKey: ownKey, ...ownModel } = world.models["scripted-too"];
  return {
    values: {
      region: "fra1",
      acme: { directory: world.acme.directory, caRoot: world.acme.caRoot },
      admin: { publicKey, cidrs: [`${world.hostAddress}/32`] },
      model,
      agents: {
        research: { network: { hosts: ["permitted.example", "inner.example", "mixed.example"] } },
        scribe: {
          model: ownModel,
          tools: { deny: ["edit"] },
          limits: { memory: 256, cpus: 0.5, processes: 64 },
          network: { hosts: ["other.example"] },
        },
      },
    },
    secrets: { "model.apiKey": apiKey, "agents.scribe.model.apiKey": ownKey },
  };
}

/** The public half of an SSH key that lives as long as the rehearsal. */
export async function adminKey(runDirectory: string): Promise<string> {
  const file = join(runDirectory, "admin-key");
  if (!existsSync(file))
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "rehearsal", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}
