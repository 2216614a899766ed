import * as pulumi from "@pulumi/pulumi";

/** One resource that was asked for. */
export interface Made {
  readonly type: string;
  readonly name: string;
  /** What is a secret to the engine is a `Secret` here. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export class Secret {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export const gatewayKey = "K".repeat(48);

/** Pulumi's mocks in place of the engine and of DigitalOcean; the list fills as resources are made. */
export async function mockCloud({ preview = false, stack = "test" } = {}): Promise<Made[]> {
  const made: Made[] = [];
  const newResource = async ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    // Slow, so that what does not wait for these is made before them.
    if (/:(?:Firewall|ReservedIpAssignment)$/.test(type))
      await new Promise((resolve) => setTimeout(resolve, 100));
    made.push({ type, name, inputs: withSecrets(inputs) });
    return {
      id: type.endsWith(":Droplet") ? "4711" : `id-of-${name}`,
      state: { ...inputs, ...computed(type, name) },
    };
  };
  await pulumi.runtime.setMocks({ call: () => ({}), newResource }, "openclaw-droplet", stack, preview);
  return made;
}

/** Waits until every child is made. */
export async function settle(component: pulumi.Resource): Promise<string[]> {
  const { __childResources: children } = component as unknown as { __childResources: Set<pulumi.Resource> };
  return Promise.all([...children].map((child) => resolved(child.urn)));
}

/** The resource of this type, such as "Droplet"; there must be exactly one. */
export function theOne(made: readonly Made[], type: string): Made {
  const [one, ...more] = made.filter((resource) => resource.type.endsWith(`:${type}`));
  if (!one || more.length > 0) throw new Error(`${one ? more.length + 1 : 0} of ${type}`);
  return one;
}

/** An Output's value; rejects when it does. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

function computed(type: string, name: string): Record<string, unknown> {
  if (type.endsWith(":RandomPassword")) return { result: gatewayKey };
  if (type.endsWith(":ReservedIp")) return { ipAddress: "198.51.100.7" };
  if (type.endsWith(":Tag")) return { name: `${name}-0a1b2c3` };
  return {};
}

/** How the wire marks a secret (Pulumi's sdk/nodejs/runtime/rpc.ts). */
function withSecrets(inputs: Record<string, unknown>): Record<string, unknown> {
  const mark = "4dabf18193072939515e22adb298388d";
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const isSecret = typeof value === "object" && value !== null && mark in value && "value" in value;
      return [key, isSecret ? new Secret(value.value) : value];
    }),
  );
}
