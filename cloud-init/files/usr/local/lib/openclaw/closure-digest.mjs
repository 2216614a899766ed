// closure-digest.mjs PACKAGE-LOCK: one SHA-256 over every package that would be installed, its version and its bytes.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const lines = new Set();
for (const [path, entry] of Object.entries(packages)) {
  // The project itself; and what travels inside another package's tarball, covered by that one's integrity.
  if (path === "" || entry.inBundle) continue;
  const name = entry.name ?? path.split("node_modules/").at(-1);
  if (!entry.integrity) throw new Error(`${name}@${entry.version} has no integrity: not from the registry?`);
  lines.add(`${name}@${entry.version} ${entry.integrity}\n`);
}
console.log(
  createHash("sha256")
    .update([...lines].sort().join(""))
    .digest("hex"),
);
