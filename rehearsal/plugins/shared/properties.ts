import { runtime } from "@pulumi/pulumi";

/** Property values as they are in Pulumi's state: JSON. */
export type Properties = Readonly<Record<string, unknown>>;

/** The properties without the engine's secret wrappers, at any depth. */
export function withoutSecrets(properties: Properties): Properties {
  return unwrap(properties) as Properties;
}

/** `outputs`, without what is undefined, where each in `always` is secret, and each that has the name of a secret input (the engine's own rule). */
export function withSecrets(outputs: Properties, inputs: Properties, always: readonly string[]): Properties {
  const secret = (name: string) => always.includes(name) || containsSecret(inputs[name]);
  return Object.fromEntries(
    Object.entries(JSON.parse(JSON.stringify(outputs)) as Properties).map(([name, value]) => [
      name,
      secret(name) ? { [runtime.specialSigKey]: runtime.specialSecretSig, value } : value,
    ]),
  );
}

/** Whether a value is not known yet, wholly or in part: so are others' outputs at preview. */
export function isUnknown(value: unknown): boolean {
  return value === runtime.unknownValue || children(value).some(isUnknown);
}

export function containsSecret(value: unknown): boolean {
  return runtime.isRpcSecret(value) || children(value).some(containsSecret);
}

function children(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function unwrap(value: unknown): unknown {
  if (runtime.isRpcSecret(value)) return unwrap(runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unwrap(part)]));
}
