import { kinds } from "./tests/kinds.ts";

const swc = {
  jsc: { parser: { syntax: "typescript" }, target: "es2024", experimental: { keepImportAttributes: true } },
};

const project = (kind) => ({
  displayName: kind,
  testEnvironment: "node",
  testMatch: [`<rootDir>/tests/${kind}/**/*.test.ts`],
  transform: { "\\.ts$": ["@swc/jest", swc] },
  extensionsToTreatAsEsm: [".ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
});

/** One project a kind of test; `npm test` (tests/run.ts) runs them all. */
export default {
  projects: Object.keys(kinds).map(project),
  reporters: ["default", "<rootDir>/tests/reporter.ts"],
  testTimeout: 60_000,
};
