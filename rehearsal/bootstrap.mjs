// Runs a TypeScript program of this project on a fresh clone: `node rehearsal/bootstrap.mjs PROGRAM ARGUMENTS`.
// It is plain JavaScript for Node 20, since it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const nodePackage = join(root, "node_modules", "node");
const node = join(nodePackage, "bin", "node");
const [program, ...args] = process.argv.slice(2);

if (!dependenciesInstalled()) {
  // Without install scripts: what they would do is done here or not needed, whatever npm's version does by default.
  timed(
    "npm packages (npm ci)",
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    root,
  );
}
if (!existsSync(node)) {
  timed("Node 24, for this project alone", process.execPath, ["installArchSpecificPackage.js"], nodePackage);
}

// Signals of the terminal reach the whole foreground group: the program cleans up, and this waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, (name) => forward(name));
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, program), ...args], {
  stdio: "inherit",
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

/** SIGINT comes from a terminal, which has given it to the child already. */
function forward(signal) {
  if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
}

/** Whether node_modules holds what package-lock.json says; npm writes its own list last, so a half-made one has none. */
function dependenciesInstalled() {
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const list = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(list)) return false;
  const installed = packages(list);
  return Object.entries(packages(join(root, "package-lock.json"))).every(
    ([path, { version, optional }]) =>
      path === "" || (installed[path] ? installed[path].version === version : optional),
  );
}

function timed(title, command, args, cwd) {
  const start = Date.now();
  console.error(`${title} ...`);
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    console.error(`${title}: failed${error ? `: ${error.message}` : ""}`);
    process.exit(status ?? 1);
  }
  console.error(`${title}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
