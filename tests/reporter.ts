import { appendFileSync } from "node:fs";
import type { AggregatedResult } from "@jest/reporters";

/** What one run of jest adds to the closing line of the suite. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Hands jest's counts to tests/run.ts, which closes the suite over several runs. */
export default class TotalsReporter {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const totals: Totals = {
      passed: results.numPassedTests,
      // a suite that could not even be loaded has no tests to count
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    if (process.env.TEST_TOTALS) appendFileSync(process.env.TEST_TOTALS, `${JSON.stringify(totals)}\n`);
  }
}
