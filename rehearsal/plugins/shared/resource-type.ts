import type { Properties } from "./properties.ts";

/** One resource type of a stand-in plugin: what it takes, and what it does. */
export interface ResourceType {
  readonly inputs: Readonly<Record<string, Input>>;
  /** Without the input `name`, it is named as Pulumi does: the resource's name and seven random hex digits. */
  readonly autoName?: boolean;
  /** Outputs that are secret whatever the inputs are. */
  readonly secretOutputs?: readonly string[];
  /** Outputs that are secret when any input is. */
  readonly derivedOutputs?: readonly string[];
  /** Throws when a change of this kind is not possible. */
  checkChange?(olds: Properties, news: Properties): void;
  create(inputs: Properties, context: Context): Promise<Created>;
  /** The outputs as they are now; null: it is gone. Absent: the state is all there is. */
  read?(id: string, outputs: Properties, context: Context): Promise<Properties | null>;
  update?(id: string, olds: Properties, news: Properties, context: Context): Promise<Properties>;
  delete?(id: string, outputs: Properties, context: Context): Promise<void>;
}

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

/** How an input is compared with the output of its name, and what a change of it does. */
export interface Input {
  readonly required?: true;
  /** A change makes a new one instead of changing it in place. */
  readonly replaces?: true | ((old: unknown, now: unknown) => boolean);
  /** What it is when it is not given. */
  readonly default?: unknown;
  /** When it is not given, the cloud decides: no change. */
  readonly computed?: true;
  /** Order does not matter. */
  readonly set?: true;
  /** The output that goes with an input, where it is another value. */
  readonly output?: (input: unknown) => unknown;
}

export interface Context {
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  /** Shows one line beside the resource while the engine works. */
  log(line: string): void;
}

/** It exists, but did not come up: the engine keeps it in its state, and the next `up` repairs or replaces it. */
export class InitFailed extends Error {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];

  constructor(id: string, properties: Properties, cause: Error) {
    super(cause.message, { cause });
    this.id = id;
    this.properties = properties;
    this.reasons = [cause.message];
  }
}
