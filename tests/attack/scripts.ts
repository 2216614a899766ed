/** Shell scripts that are attacks: each ends with 0 when it has succeeded. */
import type { Attack, Outcome } from "./attack.ts";

/** Runs them all at once where it is run, since each way in costs seconds; JSON in, JSON out. */
const runner = `
import concurrent.futures, json, subprocess, sys
def attempt(script):
    try:
        done = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20)
        return {"succeeded": done.returncode == 0, "answer": done.stdout[-500:].decode("utf8", "replace").strip()}
    except subprocess.TimeoutExpired:
        return {"succeeded": False, "answer": "no answer"}
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(attempt, json.loads(sys.argv[1])))))
`;

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Somewhere that scripts run, all of them in one go and at the first need of one. */
export class Shell {
  readonly name: string;
  readonly #run: (command: string) => Promise<string>;
  readonly #scripts: string[] = [];
  #outcomes: Promise<Outcome[]> | undefined;

  /** `run` runs one shell command there and resolves to its output. */
  constructor(name: string, run: (command: string) => Promise<string>) {
    this.name = name;
    this.#run = run;
  }

  /** To be called before any of them runs. */
  add(script: string): () => Promise<Outcome> {
    const n = this.#scripts.push(script) - 1;
    return async () => {
      this.#outcomes ??= this.#all();
      const outcome = (await this.#outcomes)[n];
      if (outcome === undefined) throw new Error(`${this.name}: added too late: ${script}`);
      return outcome;
    };
  }

  async #all(): Promise<Outcome[]> {
    const [program, scripts] = [runner, JSON.stringify(this.#scripts)].map(
      (text) => `"$(echo ${base64(text)} | base64 -d)"`,
    );
    return JSON.parse(await this.#run(`python3 -c ${program} ${scripts}`)) as Outcome[];
  }
}

export interface Script {
  readonly tries: string;
  readonly script: string;
  readonly refused: RegExp;
  /** Where the same script succeeds. */
  readonly possible?: Shell;
  /** What is run there instead, where it is said in other words. */
  readonly otherwise?: string;
}

/** These scripts as attacks in that shell. */
export const inShell = (shell: Shell, scripts: readonly Script[]): Attack[] =>
  scripts.map(({ tries, script, refused, possible, otherwise = script }) => ({
    tries,
    attempt: shell.add(script),
    refused,
    ...(possible && { control: { as: possible.name, attempt: possible.add(otherwise) } }),
  }));
