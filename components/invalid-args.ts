import { RunError } from "@pulumi/pulumi";

/** Says what is wrong with one value, and the cure. Whoever throws it keeps secrets out of its words. */
export class InvalidValue extends Error {}

/** Everything that is wrong with a gateway's args. A RunError: Pulumi prints its words without a stack. */
export class InvalidArgs extends RunError {
  /** @param problems one line each: `property.path: problem. Cure.` */
  constructor(gateway: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(
      `OpenClawGateway "${gateway}": ${count} in its args\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
    this.name = "InvalidArgs";
  }
}
