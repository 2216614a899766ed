import { unprocessable } from "./errors.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields of a request's JSON object, read by type; null counts as absent, a wrong type is a 422. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (!isObject(value)) throw unprocessable("The body must be a JSON object.");
    this.#values = value;
  }

  /** As it came. */
  get raw(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== null;
  }

  text(name: string): string | undefined {
    return this.#read(name, "a string", (value) => typeof value === "string");
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw unprocessable(`${name} is required.`);
    return value;
  }

  integer(name: string): number | undefined {
    return this.#read(name, "an integer", (value) => Number.isInteger(value));
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, "a boolean", (value) => typeof value === "boolean");
  }

  texts(name: string): readonly string[] {
    return this.#list(name, "strings", (value) => typeof value === "string");
  }

  integers(name: string): readonly number[] {
    return this.#list(name, "integers", (value) => Number.isInteger(value));
  }

  /** Numbers and strings, as where a thing may be named by id or by name. */
  identifiers(name: string): readonly (string | number)[] {
    return this.#list(name, "ids", (value) => typeof value === "string" || Number.isInteger(value));
  }

  /** Ids, each as a text or as an object that has it, which is how DigitalOcean's Go client sends a Volume's. */
  ids(name: string): readonly string[] {
    const idOf = (value: unknown) => (isObject(value) ? value.id : value);
    return this.#list(name, "ids", (value) => typeof idOf(value) === "string").map((value) =>
      String(idOf(value)),
    );
  }

  object(name: string): Fields | undefined {
    const value = this.#read<Record<string, unknown>>(name, "an object", isObject);
    return value && new Fields(value);
  }

  objects(name: string): readonly Fields[] {
    return this.#list<Record<string, unknown>>(name, "objects", isObject).map((value) => new Fields(value));
  }

  #read<T>(name: string, kind: string, is: (value: unknown) => boolean): T | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw unprocessable(`${name} must be ${kind}.`);
    return value as T;
  }

  #list<T>(name: string, kind: string, is: (value: unknown) => boolean): readonly T[] {
    const all = (value: unknown) => Array.isArray(value) && value.every(is);
    return this.#read<T[]>(name, `a list of ${kind}`, all) ?? [];
  }
}
