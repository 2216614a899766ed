import { randomInt } from "node:crypto";
import type { Properties } from "../shared/properties.ts";
import type { ResourceType } from "../shared/resource-type.ts";

/** The classes of characters, and the inputs that choose among them and say how many there are at least. */
const classes = [
  { use: "lower", least: "minLower", characters: () => "abcdefghijklmnopqrstuvwxyz" },
  { use: "upper", least: "minUpper", characters: () => "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { use: "numeric", least: "minNumeric", characters: () => "0123456789" },
  {
    use: "special",
    least: "minSpecial",
    characters: (inputs: Properties) => String(inputs.overrideSpecial ?? "!@#$%&*()-_=+[]{}<>:?"),
  },
] as const;

/** random.RandomPassword, without the output bcryptHash (Node has no bcrypt). */
export const randomPassword: ResourceType = {
  inputs: {
    length: { required: true, replaces: true },
    keepers: { replaces: true },
    overrideSpecial: { replaces: true },
    lower: { replaces: true, default: true },
    upper: { replaces: true, default: true },
    numeric: { replaces: true, default: true },
    special: { replaces: true, default: true },
    minLower: { replaces: true, default: 0 },
    minUpper: { replaces: true, default: 0 },
    minNumeric: { replaces: true, default: 0 },
    minSpecial: { replaces: true, default: 0 },
  },
  secretOutputs: ["result"],
  async create(inputs) {
    const defaults = Object.entries(this.inputs).map(([name, input]) => [name, input.default]);
    const settings: Properties = { ...Object.fromEntries(defaults), ...inputs };
    return { id: "none", outputs: { ...settings, result: password(settings) } };
  },
};

function password(settings: Properties): string {
  const length = Number(settings.length);
  const used = classes
    .filter(({ use }) => settings[use])
    .map(({ least, characters }) => ({ least: Number(settings[least]), characters: characters(settings) }));
  const all = used.map(({ characters }) => characters).join("");
  if (all === "")
    throw new Error("all classes of characters are off; set one of lower, upper, numeric, special");
  const required = used.flatMap(({ least, characters }) =>
    Array.from({ length: least }, () => pick(characters)),
  );
  if (required.length > length)
    throw new Error(`length ${length} is less than the sum of the min properties`);
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffled([...required, ...rest]).join("");
}

const pick = (characters: string) => characters.charAt(randomInt(characters.length));

function shuffled(characters: readonly string[]): string[] {
  const rest = [...characters];
  return characters.flatMap(() => rest.splice(randomInt(rest.length), 1));
}
