import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

type Arguments = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly data?: Arguments;
}

/** QEMU's monitor (QMP, https://www.qemu.org/docs/master/interop/qmp-spec.html) on the process's own input and output. */
export class Monitor {
  readonly #input: Writable;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #events = new EventEmitter();
  #id = 0;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    input.on("error", () => {}); // a QEMU that has ended answers nothing, which `execute` says
    createInterface({ input: output })
      .on("line", (line) => this.#read(JSON.parse(line) as Message))
      .on("close", () => {
        for (const answer of this.#answers.values()) answer({ error: { desc: "QEMU has ended" } });
      });
    void this.execute("qmp_capabilities").catch(() => {});
  }

  async execute(command: string, arguments_: Arguments = {}): Promise<void> {
    this.#id += 1;
    const id = this.#id;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#input.write(`${JSON.stringify({ execute: command, arguments: arguments_, id })}\n`);
    const { error } = await answer;
    this.#answers.delete(id);
    if (error) throw new Error(`QEMU refused ${command}: ${error.desc}`);
  }

  on(event: string, listener: (data: Arguments) => void): void {
    this.#events.on(event, listener);
  }

  /** Resolves when this event comes; to be called before what causes it. */
  async next(event: string): Promise<void> {
    await once(this.#events, event);
  }

  #read({ id, error, event, data }: Message): void {
    if (event !== undefined) this.#events.emit(event, data ?? {});
    else if (id !== undefined) this.#answers.get(id)?.({ error });
  }
}
