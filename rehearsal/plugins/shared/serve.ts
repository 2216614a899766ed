import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { DependencyResource, log, runtime } from "@pulumi/pulumi";
import { type CheckFailure, main, type Provider } from "@pulumi/pulumi/provider/index.js";
import { diff, isAutoNamed } from "./diff.ts";
import { containsSecret, type Properties, withoutSecrets, withSecrets } from "./properties.ts";
import type { Context, ResourceType } from "./resource-type.ts";

/**
 * Serves `types` (by type token) to the Pulumi engine that started this process, as the provider plugin of
 * `package`, in the version that the package's SDK in node_modules asks for.
 */
export async function serve(
  packageName: string,
  types: Readonly<Record<string, ResourceType>>,
): Promise<void> {
  const [engine = ""] = process.argv.slice(2);
  runtime.resetOptions("", "", 1, engine, "", false, "");
  stopWithTheEngine();
  await main(provider(packageName, types), process.argv.slice(2));
}

function provider(packageName: string, types: Readonly<Record<string, ResourceType>>): Provider {
  const cancelled = new AbortController();
  const context = (urn: string): Context => ({
    signal: cancelled.signal,
    log: (line) => void log.info(line, new DependencyResource(urn)),
  });
  const typeOf = (urn: string): ResourceType => {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const type = types[token];
    if (type) return type;
    throw new Error(
      `the rehearsal's stand-in for ${packageName} has no ${token}; it has ${Object.keys(types).join(", ")}`,
    );
  };

  const protect = (type: ResourceType, outputs: Properties, inputs: Properties): Properties => {
    const derived = containsSecret(inputs) ? (type.derivedOutputs ?? []) : [];
    return withSecrets(outputs, inputs, [...(type.secretOutputs ?? []), ...derived]);
  };

  return {
    version: packageVersion(packageName),

    async check(urn, olds: Properties, news: Properties) {
      const type = typeOf(urn);
      const failures = checkInputs(type, news);
      if (!type.autoName || news.name !== undefined) return { inputs: news, failures };
      const name = isAutoNamed(olds)
        ? olds.name
        : `${urn.split("::")[3]}-${randomBytes(4).toString("hex").slice(0, 7)}`;
      return { inputs: { ...news, name, __defaults: ["name"] }, failures };
    },

    async diff(_id, urn, olds: Properties, news: Properties) {
      const type = typeOf(urn);
      const [old, now] = [withoutSecrets(olds), withoutSecrets(news)];
      type.checkChange?.(old, now);
      return diff(type, old, now);
    },

    async create(urn, inputs: Properties) {
      const type = typeOf(urn);
      const { id, outputs } = await type.create(withoutSecrets(inputs), context(urn));
      return { id, outs: protect(type, outputs, inputs) };
    },

    async read(id, urn, state: Properties) {
      const type = typeOf(urn);
      if (!type.read) return { id, props: state };
      const outputs = await type.read(id, withoutSecrets(state), context(urn));
      return outputs ? { id, props: protect(type, outputs, state) } : { id: "", props: {} };
    },

    async update(id, urn, olds: Properties, news: Properties) {
      const type = typeOf(urn);
      if (!type.update) throw new Error(`${urn} cannot be changed in place`);
      const outputs = await type.update(id, withoutSecrets(olds), withoutSecrets(news), context(urn));
      return { outs: protect(type, outputs, news) };
    },

    async delete(id, urn, state: Properties) {
      await typeOf(urn).delete?.(id, withoutSecrets(state), context(urn));
    },

    async cancel() {
      cancelled.abort(new Error("cancelled"));
    },
  };
}

function checkInputs(type: ResourceType, inputs: Properties): CheckFailure[] {
  const missing = Object.entries(type.inputs)
    .filter(([name, input]) => input.required && inputs[name] === undefined)
    .map(([property]) => ({ property, reason: "is required" }));
  const unknown = Object.keys(inputs)
    .filter((name) => !(name in type.inputs) && name !== "__defaults")
    .map((property) => ({ property, reason: "is not an input that the rehearsal's stand-in plugin knows" }));
  return [...missing, ...unknown];
}

function packageVersion(packageName: string): string {
  const manifest = new URL(import.meta.resolve(`@pulumi/${packageName}/package.json`));
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

/** An engine that was killed cannot stop its plugins. */
function stopWithTheEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit(1);
  }, 1000).unref();
}
