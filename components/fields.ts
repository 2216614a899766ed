import { type Input, Output, output } from "@pulumi/pulumi";
import { InvalidArgs, InvalidValue } from "./invalid-args.ts";
import { nearest } from "./nearest.ts";

/** Turns a text (or a number) into the value that is meant, or throws InvalidValue. */
type Parse<T, From = string> = (given: From) => T;

/** Checks one resolved value; what is wrong with it is added to `problems`, each with its path. */
type Check<T> = (path: string, value: unknown, problems: string[]) => T | undefined;

/**
 * Reads an args object field by field and collects what is wrong, so that all of it can be said at once.
 * An Output (or promise) is checked when it resolves: at preview when it is known there, and always before
 * a resource that takes it is made.
 */
export class Fields {
  readonly #gateway: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: string[];
  readonly #read = new Set<string>();

  /** @param gateway the component's name, for the error's first line. */
  constructor(gateway: string, values: object, path = "", problems: string[] = []) {
    this.#gateway = gateway;
    this.#values = values as Record<string, unknown>;
    this.#path = path;
    this.#problems = problems;
  }

  has(key: string): boolean {
    this.#read.add(key);
    return this.#values[key] !== undefined;
  }

  /** A text, or undefined when the field is absent. */
  text<T>(key: string, parse: Parse<T>): Input<T> | undefined {
    return this.#field(key, text(parse));
  }

  /** A text that must be there. */
  requiredText<T>(key: string, parse: Parse<T>, cure: string): Input<T> {
    this.require(key, cure);
    // Undefined only beside a problem, and then throwProblems ends it before anyone looks.
    return this.text(key, parse) as Input<T>;
  }

  /** A text, or something else: an object, or nothing. */
  isText(key: string): boolean {
    return typeof this.#values[key] === "string" || isLater(this.#values[key]);
  }

  flag(key: string): Input<boolean> | undefined {
    return this.#field(key, flag);
  }

  number<T>(key: string, parse: Parse<T, number>): Input<T> | undefined {
    return this.#field(key, number(parse));
  }

  /** A flag that must be known now, because Pulumi takes it as an option of a resource. */
  knownFlag(key: string): boolean | undefined {
    const value = this.flag(key);
    if (!isLater(value)) return value;
    this.problem(key, "cannot be an Output or a promise. Write true or false.");
    return undefined;
  }

  /**
   * A list of texts. A plain list is checked at once, also beside elements that are Outputs.
   * @param emptyCure what to do about a list without elements; absent: it may be empty.
   */
  texts<T>(key: string, parse: Parse<T>, emptyCure?: string): Input<Input<T>[]> | undefined {
    const value = this.#values[key];
    if (!Array.isArray(value)) return this.#field(key, list(text(parse), emptyCure));
    this.#read.add(key);
    if (value.length === 0 && emptyCure) this.problem(key, `is empty. ${emptyCure}`);
    return value.map((element: unknown, i) =>
      this.#checked(`${this.#pathOf(key)}[${i}]`, element, text(parse)),
    );
  }

  /** A list of texts that must be there, with at least one element. */
  requiredTexts<T>(key: string, parse: Parse<T>, cure: string): Input<Input<T>[]> {
    this.require(key, cure);
    return this.texts(key, parse, cure) as Input<Input<T>[]>;
  }

  /** The fields of a nested object, or undefined when it is absent. */
  group(key: string): Fields | undefined {
    if (!this.has(key)) return undefined;
    const value = this.#values[key];
    if (typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value)) {
      return new Fields(this.#gateway, value, this.#pathOf(key), this.#problems);
    }
    this.problem(
      key,
      "must be an object. Write { ... }; its properties may be Outputs, it may not be one itself.",
    );
    return undefined;
  }

  /** What there is, for an object whose properties have names of the user's choice. */
  names(): string[] {
    return Object.keys(this.#values).filter((key) => this.#values[key] !== undefined);
  }

  require(key: string, cure: string): void {
    if (!this.has(key)) this.problem(key, `is missing. ${cure}`);
  }

  problem(key: string, words: string): void {
    this.#problems.push(`${this.#pathOf(key)}: ${words}`);
  }

  /** What nobody read is not a property: a typo must not be silently ignored. */
  refuseUnread(): void {
    const known = [...this.#read];
    for (const key of Object.keys(this.#values).filter((key) => !this.#read.has(key))) {
      const meant = nearest(key, known);
      const cure = meant
        ? `Did you mean "${meant}"?`
        : `Remove it; known are ${known.toSorted().join(", ")}.`;
      this.problem(key, `is not a property. ${cure}`);
    }
  }

  throwProblems(): void {
    if (this.#problems.length > 0) throw new InvalidArgs(this.#gateway, this.#problems);
  }

  #pathOf(key: string): string {
    return this.#path ? `${this.#path}.${key}` : key;
  }

  #field<T>(key: string, check: Check<T>): Input<T> | undefined {
    return this.has(key) ? this.#checked(this.#pathOf(key), this.#values[key], check) : undefined;
  }

  #checked<T>(path: string, value: unknown, check: Check<T>): Input<T> {
    if (!isLater(value)) return check(path, value, this.#problems) as T;
    const resolved: Output<unknown> = output<unknown>(value);
    return resolved.apply((resolved) => {
      const problems: string[] = [];
      const result = check(path, resolved, problems);
      if (problems.length > 0) throw new InvalidArgs(this.#gateway, problems);
      return result as T;
    });
  }
}

/** Whether the value comes later. */
function isLater(value: unknown): value is Output<unknown> | Promise<unknown> {
  return Output.isInstance(value) || value instanceof Promise;
}

function text<T>(parse: Parse<T>): Check<T> {
  return checked((value) => {
    if (typeof value !== "string") throw new InvalidValue("must be a text. Put it in quotes.");
    if (value.trim() === "") throw new InvalidValue("is empty. Give it a value, or leave it out.");
    return parse(value);
  });
}

function number<T>(parse: Parse<T, number>): Check<T> {
  return checked((value) => {
    if (typeof value !== "number") throw new InvalidValue("must be a number. Write it without quotes.");
    return parse(value);
  });
}

function checked<T>(parse: Parse<T, unknown>): Check<T> {
  return (path, value, problems) => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      problems.push(`${path}: ${error.message}`);
      return undefined;
    }
  };
}

const flag: Check<boolean> = (path, value, problems) => {
  if (typeof value === "boolean") return value;
  problems.push(`${path}: must be true or false. Write it without quotes.`);
  return undefined;
};

function list<T>(checkElement: Check<T>, emptyCure?: string): Check<T[]> {
  return (path, value, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${path}: must be a list. Write it in [ ].`);
      return undefined;
    }
    if (value.length === 0 && emptyCure) problems.push(`${path}: is empty. ${emptyCure}`);
    return value.map((element: unknown, i) => checkElement(`${path}[${i}]`, element, problems) as T);
  };
}
