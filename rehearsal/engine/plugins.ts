import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cached } from "../cache.ts";
import { type Progress, step } from "../progress.ts";
import { request } from "./release.ts";

/** Says where the plugins come from: "official", "stand-in", or unset: official wherever that can be had. */
const choiceVariable = "OPENCLAW_REHEARSAL_PLUGINS";

const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

/** A provider plugin: the package's name, and the version that its SDK in node_modules asks for. */
interface Plugin {
  readonly name: string;
  readonly version: string;
}

export interface Plugins {
  /** A PULUMI_HOME of our own, with the plugins. */
  readonly home: string;
  /** One line that says which they are. */
  readonly source: string;
}

/** For each package that the stack uses the official plugin, or else the stand-in from rehearsal/plugins. */
export async function preparePlugins(
  pulumi: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Plugins> {
  const choice = process.env[choiceVariable] ?? "";
  if (!["", "official", "stand-in"].includes(choice)) {
    throw new Error(`${choiceVariable} is "${choice}": set it to "official" or "stand-in", or do not set it`);
  }
  const plugins = await Promise.all(["digitalocean", "command", "random"].map(plugin));
  const ingredients = [
    choice,
    ...plugins.flatMap((each) => [each.version, usersCopy(each) ?? "", launcher(each)]),
  ];
  const home = await cached("pulumi-home", ingredients, (part) =>
    step(progress, "Pulumi's provider plugins", async () => {
      const sources: string[] = [];
      for (const each of plugins) {
        const missing = choice === "stand-in" ? choice : await installOfficial(pulumi, part, each, signal);
        if (missing !== null && choice === "official") {
          throw new Error(`official plugin ${each.name} ${each.version}: ${missing}`);
        }
        if (missing !== null) await installStandIn(pulumi, part, each);
        sources.push(`${missing === null ? "official" : "stand-in"} ${each.name} ${each.version}`);
      }
      await writeFile(join(part, "source"), sources.join(", "));
    }),
  );
  return { home, source: await readFile(join(home, "source"), "utf8") };
}

async function plugin(name: string): Promise<Plugin> {
  const manifest = await readFile(join(root, "node_modules", "@pulumi", name, "package.json"), "utf8");
  return { name, version: (JSON.parse(manifest) as { version: string }).version };
}

/** Null when it is installed in `home`, else why not. */
async function installOfficial(
  pulumi: string,
  home: string,
  plugin: Plugin,
  signal?: AbortSignal,
): Promise<string | null> {
  const copy = usersCopy(plugin);
  if (copy) {
    await install(pulumi, home, plugin, ["--file", copy], signal);
    return null;
  }
  // Asked first: Pulumi itself tries a refused download five times.
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const archive = `plugins/pulumi-resource-${plugin.name}-v${plugin.version}-${platform}.tar.gz`;
  const response = await request(archive, "HEAD", signal);
  if (typeof response === "string") return response;
  await install(pulumi, home, plugin, [], signal);
  return null;
}

/** The directory of the plugin that the user has installed, if so. */
function usersCopy({ name, version }: Plugin): string | null {
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const directory = join(home, "plugins", `resource-${name}-v${version}`);
  return existsSync(join(directory, `pulumi-resource-${name}`)) ? directory : null;
}

async function installStandIn(pulumi: string, home: string, plugin: Plugin): Promise<void> {
  const directory = join(home, `stand-in-${plugin.name}`);
  await mkdir(directory);
  await writeFile(join(directory, `pulumi-resource-${plugin.name}`), launcher(plugin), { mode: 0o755 });
  await install(pulumi, home, plugin, ["--file", directory]);
  await rm(directory, { recursive: true });
}

/** The stand-in's executable: it starts the sources where they are, so an edit needs no installation. */
function launcher({ name }: Plugin): string {
  const main = join(root, "rehearsal", "plugins", name, "main.ts");
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", main];
  return `#!/bin/sh\nexec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")} "$@"\n`;
}

async function install(
  pulumi: string,
  home: string,
  { name, version }: Plugin,
  more: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  await run(pulumi, ["plugin", "install", "resource", name, version, ...more], { env, signal });
}
