import type { Resource } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

/** The shared key that a browser or device presents: about 286 bits, and nothing that a URL or shell would quote. */
export function createGatewayKey(name: string, parent: Resource): RandomPassword {
  return new RandomPassword(`${name}-key`, { length: 48, special: false }, { parent });
}
