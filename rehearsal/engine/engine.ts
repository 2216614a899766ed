import { delimiter, dirname } from "node:path";
import type { Progress } from "../progress.ts";
import { prepareCli } from "./cli.ts";
import { preparePlugins } from "./plugins.ts";

/** The real Pulumi, ready to run this project's stack without touching anything of the user's. */
export interface Engine {
  /** The `pulumi` executable. */
  readonly pulumi: string;
  /** What it needs in its environment, over that of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** One line that says which engine and which provider plugins these are. */
  readonly source: string;
}

/** Finds, downloads or builds the engine and its plugins; from the cache when that was done before. */
export async function prepareEngine(progress: Progress, signal?: AbortSignal): Promise<Engine> {
  const cli = await prepareCli(progress, signal);
  const plugins = await preparePlugins(cli.pulumi, progress, signal);
  const path = [dirname(cli.pulumi), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  return {
    pulumi: cli.pulumi,
    env: {
      PATH: path,
      PULUMI_HOME: plugins.home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    },
    source: `${cli.source}; ${plugins.source}`,
  };
}
