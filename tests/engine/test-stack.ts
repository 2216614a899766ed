import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { stringify } from "yaml";
import type { Engine } from "../../rehearsal/engine/engine.ts";
import { projectRoot } from "../../rehearsal/run-directory.ts";

const name = "organization/openclaw-droplet/test";

export interface Result {
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly replaceReasons?: readonly string[];
}

export interface Resource {
  readonly urn: string;
  /** Seconds that the provider may take, where they are not its own. */
  readonly customTimeouts?: { readonly delete?: number };
}

/** The project's own stack under the real engine, with its state in a folder of its own. */
export class TestStack {
  readonly #engine: Engine;
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;

  /** A stack in a new folder, for the API at `api`. */
  static async create(engine: Engine, api: string): Promise<TestStack> {
    const directory = await mkdtemp(join(tmpdir(), "openclaw-droplet-stack-"));
    await mkdir(join(directory, "state"));
    // `stack init` writes beside the Pulumi.yaml that it finds: not into the checkout.
    const project = { name: "openclaw-droplet", runtime: "nodejs" };
    await writeFile(join(directory, "Pulumi.yaml"), stringify(project));
    const stack = new TestStack(engine, directory, api);
    await stack.#succeed(["-C", directory, "stack", "init"]);
    return stack;
  }

  private constructor(engine: Engine, directory: string, api: string) {
    this.#engine = engine;
    this.#directory = directory;
    this.#env = {
      ...process.env,
      ...engine.env,
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "a test",
      DIGITALOCEAN_API_URL: api,
      DIGITALOCEAN_TOKEN: "dop_v1_a_token_that_nothing_may_show",
    };
  }

  /** Gives the stack this configuration and no other; secrets by their paths: "model.apiKey". */
  async configure(
    values: Readonly<Record<string, unknown>>,
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const file = await readFile(this.#configFile, "utf8");
    const salt = /^encryptionsalt: .*$/m.exec(file)?.[0] ?? "";
    const config = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`openclaw-droplet:${key}`, value]),
    );
    await writeFile(this.#configFile, `${salt}\n${stringify({ config })}`);
    for (const [path, value] of Object.entries(secrets)) {
      const setting = ["--secret", "--path", `openclaw-droplet:${path}`, value];
      await this.#succeed([
        "-C",
        this.#directory,
        "config",
        "set",
        ...setting,
        "--config-file",
        this.#configFile,
      ]);
    }
  }

  get #configFile(): string {
    return join(this.#directory, "Pulumi.test.yaml");
  }

  /** Runs a command of Pulumi's in the checkout: "up", "preview", "refresh", "destroy". */
  run(command: string, ...more: string[]): Promise<Result> {
    const confirmed = command === "preview" ? [] : ["--yes", "--skip-preview"];
    return this.#pulumi([
      "-C",
      projectRoot,
      command,
      "--config-file",
      this.#configFile,
      ...confirmed,
      ...more,
    ]);
  }

  /** What `up` would do, without what stays the same. */
  async preview(): Promise<Step[]> {
    const json = await this.#succeed([
      "-C",
      projectRoot,
      "preview",
      "--json",
      "--config-file",
      this.#configFile,
    ]);
    const { steps } = JSON.parse(json) as { steps: Step[] };
    return steps.filter(({ op }) => op !== "same");
  }

  async outputs(...more: string[]): Promise<Record<string, unknown>> {
    const json = await this.#succeed(["-C", this.#directory, "stack", "output", "--json", ...more]);
    return JSON.parse(json) as Record<string, unknown>;
  }

  /** What its state says of the resource of that name. */
  async resource(name: string): Promise<Resource> {
    const json = await this.#succeed(["-C", this.#directory, "stack", "export"]);
    const { deployment } = JSON.parse(json) as { deployment: { resources: Resource[] } };
    const found = deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    if (!found) throw new Error(`the state has no ${name}`);
    return found;
  }

  /** All that lies on the disk: the state, its copies and history, the configuration. */
  async files(): Promise<string> {
    const entries = await readdir(this.#directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")))).join(
      "\n",
    );
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true });
  }

  async #succeed(args: readonly string[]): Promise<string> {
    const { code, stdout, output } = await this.#pulumi(args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: exit code ${code}\n${output}`);
    return stdout;
  }

  async #pulumi(args: readonly string[]): Promise<Result & { stdout: string }> {
    const child = spawn(
      this.#engine.pulumi,
      [...args, "--stack", name, "--non-interactive", "--color", "never"],
      {
        env: this.#env,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null]>,
    ]);
    return { code, stdout, output: stdout + stderr };
  }
}
