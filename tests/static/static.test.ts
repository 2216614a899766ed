import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";

const run = promisify(execFile);

/** What a checker said; empty when it found nothing. */
async function complaints(command: string, args: readonly string[]): Promise<string> {
  try {
    await run(command, [...args], { maxBuffer: 1 << 26 });
    return "";
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    return `${stdout ?? ""}${stderr ?? ""}` || message;
  }
}

async function trackedFiles(): Promise<string[]> {
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  return stdout.split("\0").filter(Boolean);
}

const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
if (!hasShellcheck) console.warn("not tested: the shell scripts: there is no shellcheck");
// In CI nothing may be left out: there it is tried, and fails.
const shell = hasShellcheck || process.env.CI === "true" ? it : it.skip;

describe("the checkout", () => {
  it("is formatted and lint-free", async () => {
    expect(
      await complaints("node_modules/.bin/biome", ["ci", "--colors=off", "--error-on-warnings", "."]),
    ).toBe("");
  });

  it("has no type errors", async () => {
    expect(await complaints("node_modules/.bin/tsc", [])).toBe("");
  });

  shell("has shell scripts that shellcheck accepts", async () => {
    const scripts = (await trackedFiles()).filter((file) =>
      /^#!\/bin\/(ba)?sh\b/.test(readFileSync(file, "utf8")),
    );
    expect(scripts.length).toBeGreaterThan(0);
    expect(await complaints("shellcheck", ["--external-sources", ...scripts])).toBe("");
  });
});
