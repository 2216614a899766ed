import { readFile } from "node:fs/promises";
import { run } from "./run.ts";

export interface Mirrors {
  readonly archive: string;
  readonly security: string;
}

/** Where this Debian host gets its packages from, so that a rehearsed machine gets its own from there too. */
export async function hostMirrors(): Promise<Mirrors> {
  const release = await readFile("/etc/os-release", "utf8");
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] ?? "stable";
  const format = ["--format", "$(RELEASE)|$(REPO_URI)", "Identifier: Packages"];
  const targets = (await run("apt-get", ["indextargets", ...format]))
    .split("\n")
    .map((line) => line.split("|"));
  const uri = (suites: readonly string[]) =>
    targets.find(([suite]) => suite !== undefined && suites.includes(suite))?.[1]?.replace(/\/+$/, "");

  const archive = uri([codename, "stable"]);
  const security = uri([`${codename}-security`, "stable-security"]);
  if (archive !== undefined && security !== undefined) return { archive, security };
  throw new Error(
    `apt knows no Debian archive for "${codename}" and "${codename}-security" here: run on Debian with both in its apt sources; the rehearsed machine uses the same mirrors`,
  );
}

/** This host's exceptions to apt's checks of time, which a computer with an odd clock or a frozen mirror needs. */
export async function hostAptChecks(): Promise<string> {
  const configuration = await run("apt-config", ["dump"]);
  return (configuration.match(/^Acquire::Check-(Valid-Until|Date) .*;$/gm) ?? [])
    .map((line) => `${line}\n`)
    .join("");
}
