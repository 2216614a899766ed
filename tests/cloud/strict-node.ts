import {
  type DateOnly,
  type Duration,
  type Guid,
  type Parsable,
  type ParsableFactory,
  type ParseNode,
  parseGuidString,
  type TimeOnly,
} from "@microsoft/kiota-abstractions";

/**
 * Reads JSON into the client's models and writes down whatever does not fit: the client's own reader passes over
 * a value of the wrong type, an unknown field and an unknown word of an enumeration without a sound. (Its own
 * reader also cannot be used: the client was generated for an older one and throws at every list of strings.)
 */
export class StrictNode implements ParseNode {
  onBeforeAssignFieldValues: ParseNode["onBeforeAssignFieldValues"];
  onAfterAssignFieldValues: ParseNode["onAfterAssignFieldValues"];
  readonly #json: unknown;
  readonly #path: string;
  readonly #surprises: string[];

  constructor(json: unknown, path: string, surprises: string[]) {
    this.#json = json;
    this.#path = path;
    this.#surprises = surprises;
  }

  #surprise(what: string): undefined {
    this.#surprises.push(`${this.#path.slice(1)} ${what}`);
    return undefined;
  }

  #read<T>(kind: string, convert: (json: unknown) => T | undefined): T | undefined {
    if (this.#json === null) return undefined;
    const value = convert(this.#json);
    return value === undefined ? this.#surprise(`is ${JSON.stringify(this.#json)}, not ${kind}`) : value;
  }

  #children(): StrictNode[] | undefined {
    const list = this.#read("a list", (json) => (Array.isArray(json) ? json : undefined));
    return list?.map((item, index) => new StrictNode(item, `${this.#path}[${index}]`, this.#surprises));
  }

  getStringValue() {
    return this.#read("a string", (json) => (typeof json === "string" ? json : undefined));
  }
  getBooleanValue() {
    return this.#read("a boolean", (json) => (typeof json === "boolean" ? json : undefined));
  }
  getNumberValue() {
    return this.#read("a number", (json) => (typeof json === "number" ? json : undefined));
  }
  getGuidValue(): Guid | undefined {
    return this.#read("a UUID", (json) => (typeof json === "string" ? parseGuidString(json) : undefined));
  }
  getDateValue() {
    return this.#read("a time", (json) => {
      const date = new Date(typeof json === "string" ? json : Number.NaN);
      return Number.isNaN(date.getTime()) ? undefined : date;
    });
  }
  getDateOnlyValue(): DateOnly | undefined {
    return this.#surprise("is a date, which no answer here has");
  }
  getTimeOnlyValue(): TimeOnly | undefined {
    return this.#surprise("is a time of day, which no answer here has");
  }
  getDurationValue(): Duration | undefined {
    return this.#surprise("is a duration, which no answer here has");
  }
  getByteArrayValue(): ArrayBuffer | undefined {
    return this.#surprise("is a byte string, which no answer here has");
  }
  getEnumValue<T>(type: Record<string, T>): T | undefined {
    const allowed = Object.values(type);
    return this.#read(`one of ${allowed.join(", ")}`, (json) => allowed.find((value) => value === json));
  }
  getCollectionOfEnumValues<T>(type: Record<string, T>): T[] {
    return (this.#children() ?? []).flatMap((child) => child.getEnumValue(type) ?? []);
  }
  getCollectionOfPrimitiveValues<T>(): T[] | undefined {
    return this.#read("a list of strings or numbers", (json) =>
      Array.isArray(json) && json.every((item) => typeof item === "string" || typeof item === "number")
        ? (json as T[])
        : undefined,
    );
  }
  getCollectionOfObjectValues<T extends Parsable>(factory: ParsableFactory<T>): T[] | undefined {
    return this.#children()?.map((child) => child.getObjectValue(factory));
  }
  getChildNode(name: string): StrictNode | undefined {
    const child = Object.entries(this.#json ?? {}).find(([key]) => key === name);
    return child && new StrictNode(child[1], `${this.#path}.${name}`, this.#surprises);
  }
  getObjectValue<T extends Parsable>(factory: ParsableFactory<T>): T {
    const model = {} as T;
    const fields = factory(this)(model);
    const json = this.#read("an object", (value) => (typeof value === "object" ? value : undefined)) ?? {};
    for (const name of Object.keys(json)) {
      const child = this.getChildNode(name);
      const assign = fields[name];
      if (child && assign) assign(child);
      else if (child) child.#surprise("is not in the client's model");
    }
    return model;
  }
}
