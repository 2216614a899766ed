import { expect } from "@jest/globals";
import { InvalidArgs } from "../../components/invalid-args.ts";
import { resolveArgs } from "../../components/resolve-args.ts";

/** The lines of the error, without its first; none when the args are accepted. */
export function problemsOf(args: object, name = "gw"): string[] {
  try {
    resolveArgs(name, args);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgs)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((problem) => problem.trim());
  }
}

/** For args with one thing wrong: one line must come of it, with the path, the problem and the cure. */
export function expectOneProblem(args: object, problem: RegExp): void {
  const problems = problemsOf(args);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
}
