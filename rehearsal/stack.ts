import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { parse, stringify } from "yaml";
import { processGroup } from "./droplet/cgroups.ts";
import type { Engine } from "./engine/engine.ts";
import { start } from "./host/process.ts";
import { RunRecord } from "./host/record.ts";
import type { Progress } from "./progress.ts";
import { projectRoot } from "./run-directory.ts";
import type { Status } from "./status.ts";

const name = "organization/openclaw-droplet/rehearsal";

/** What a stack is told, without the project's name before each key. */
export interface StackConfig {
  readonly values: Readonly<Record<string, unknown>>;
  /** By their paths in `values`: "model.apiKey". */
  readonly secrets: Readonly<Record<string, string>>;
}

interface Up {
  /** Folder of the program: this checkout, or a copy of it that differs. */
  readonly program?: string | undefined;
  /** URN of a resource to make anew, or a pattern of it. */
  readonly replace?: string;
  readonly signal?: AbortSignal;
}

/** The project's own program under the real engine; state, configuration and passphrase are in one folder. */
export class Stack {
  readonly #engine: Engine;
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #record: RunRecord;

  /** @param cloud the API that the providers talk to, and what its Droplets are. */
  constructor(engine: Engine, runDirectory: string, { api, machine }: Pick<Status, "api" | "machine">) {
    this.#engine = engine;
    this.#directory = join(runDirectory, "stack");
    this.#record = new RunRecord(runDirectory);
    this.#env = {
      ...process.env,
      ...engine.env,
      PULUMI_BACKEND_URL: `file://${join(this.#directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: this.#passphrase,
      DIGITALOCEAN_API_URL: api,
      DIGITALOCEAN_TOKEN: "rehearsal",
      // where there is no KVM, an emulated machine needs more than half an hour
      ...(machine === "vm" && { OPENCLAW_READY_SECONDS: "3600" }),
    };
  }

  get #passphrase(): string {
    return join(this.#directory, "passphrase");
  }

  get #configFile(): string {
    return join(this.#directory, "Pulumi.rehearsal.yaml");
  }

  /** Makes the stack unless it is there, and gives it these configuration values. */
  async configure({ values, secrets }: StackConfig): Promise<void> {
    if (!existsSync(this.#configFile)) await this.#initialise();
    const config = parse(await readFile(this.#configFile, "utf8")) as Record<string, unknown>;
    config.config = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [`openclaw-droplet:${key}`, value]),
    );
    await writeFile(this.#configFile, stringify(config));
    for (const [path, secret] of Object.entries(secrets)) await this.#set(path, secret, ["--secret"]);
  }

  /** Changes one value, by its path: "volume.gigabytes". */
  set(path: string, value: string): Promise<void> {
    return this.#set(path, value, []);
  }

  async #set(path: string, value: string, options: readonly string[]): Promise<void> {
    const set = ["config", "set", ...options, "--path", `openclaw-droplet:${path}`];
    const at = ["-C", this.#directory, ...set, "--config-file", this.#configFile];
    await this.#pulumi(at, { input: value }); // not on the command line, which everybody can read
  }

  /** `stack init` writes beside the Pulumi.yaml it finds, so it is given one here: the checkout stays as it is. */
  async #initialise(): Promise<void> {
    await mkdir(join(this.#directory, "state"), { recursive: true, mode: 0o700 });
    await writeFile(this.#passphrase, randomBytes(24).toString("hex"), { mode: 0o600 });
    await writeFile(
      join(this.#directory, "Pulumi.yaml"),
      stringify({ name: "openclaw-droplet", runtime: "nodejs" }),
    );
    await this.#pulumi(["-C", this.#directory, "stack", "init"]);
  }

  /** `pulumi up`; every line that it prints goes to `progress`. */
  async up(progress: Progress, { program = projectRoot, replace, signal }: Up = {}): Promise<void> {
    const what = replace === undefined ? [] : ["--replace", replace];
    await this.#change(["-C", program, "up", ...what], progress, signal);
  }

  /** `pulumi destroy`; the stack itself stays, empty. */
  async destroy(progress: Progress): Promise<void> {
    await this.#change(["-C", this.#directory, "destroy"], progress);
  }

  async #change(args: readonly string[], progress: Progress, signal?: AbortSignal): Promise<void> {
    const quietly = ["--suppress-outputs", "--suppress-progress", "--color", "never"];
    const more = ["--config-file", this.#configFile, "--yes", "--skip-preview", ...quietly];
    await this.#pulumi([...args, ...more], { progress, signal });
  }

  /** The stack's outputs, secrets in plain text. */
  async outputs(): Promise<Record<string, unknown>> {
    const json = await this.#pulumi(["-C", this.#directory, "stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(json) as Record<string, unknown>;
  }

  /** Runs the engine and gives what it wrote to its standard output; `signal` ends it at once, for a stack that goes with its cloud. */
  async #pulumi(
    args: readonly string[],
    {
      progress,
      signal,
      input = "",
    }: { progress?: Progress; signal?: AbortSignal | undefined; input?: string } = {},
  ): Promise<string> {
    const child = start(this.#record, {
      name: "pulumi",
      command: this.#engine.pulumi,
      args: [...args, "--stack", name, "--non-interactive"],
      // a killed engine leaves its language host behind: the group is how clean-up finds that
      cgroups: [await processGroup(this.#record, "pulumi")],
      env: this.#env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin?.on("error", () => {}); // an engine that ends without reading all is judged by its exit code
    child.stdin?.end(input);
    signal?.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
    const read = (stream: Readable | null) => (progress ? eachLine(stream, progress) : allText(stream));
    const [output, errors] = [read(child.stdout), read(child.stderr)];
    const [code] = (await once(child, "close", { signal })) as [number | null];
    if (code !== 0) throw new Error(`pulumi ${args[2]} failed. ${(await errors).trim()}`.trim());
    return await output;
  }
}

const allText = (stream: Readable | null) => text(stream ?? Readable.from([]));

/** Hands on each line as it comes; gives an empty text. */
async function eachLine(stream: Readable | null, progress: Progress): Promise<string> {
  for await (const line of createInterface({ input: stream ?? Readable.from([]) })) {
    if (line.trim()) progress(line);
  }
  return "";
}
