import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { cloudConfig, userData } from "../../cloud-init/user-data.ts";
import { baseRoot } from "../../rehearsal/droplet/base.ts";
import { all } from "./settings.ts";

/** A Python with PyYAML: the user's, or Debian's, to which `npm test` as root adds it. */
const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import yaml"]).status === 0,
);
if (python === undefined)
  console.warn("not tested: how PyYAML reads the user-data: there is no python3 with yaml");

// In CI nothing may be left out: there it is tried, and fails.
const read = python !== undefined || process.env.CI === "true" ? describe : describe.skip;

read.each(Object.entries(all))("user-data %s", (_name, settings) => {
  it("is read by PyYAML, which cloud-init uses, as the very data it was made from", () => {
    const script = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.read()), sys.stdout)";
    const output = execFileSync(python ?? "python3", ["-c", script], { input: userData(settings) });
    expect(JSON.parse(output.toString())).toEqual(JSON.parse(JSON.stringify(cloudConfig(settings))));
  });
});

/** Why Debian 13's own cloud-init cannot be asked here, or undefined. */
const cannotAsk =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("mmdebstrap", ["--version"]).status === 0
    ? undefined
    : "it runs in the rehearsal's Debian 13 image, which needs Linux, root and mmdebstrap";

if (cannotAsk !== undefined) console.warn(`not tested: what cloud-init says of the user-data: ${cannotAsk}`);

const ask = cannotAsk === undefined || process.env.CI === "true" ? describe : describe.skip;

ask("cloud-init's schema, in the image that the rehearsal boots", () => {
  it("accepts each golden user-data", async () => {
    for (const settings of Object.values(all)) {
      const { said, valid } = await schema(userData(settings));
      expect(said).toContain("Valid schema");
      expect(valid).toBe(true);
    }
  }, 600_000);

  it("would have refused another one", async () => {
    const { said, valid } = await schema("#cloud-config\nusers: 3\n");
    expect(said).toContain("users: 3 is not");
    expect(valid).toBe(false);
  }, 600_000);
});

async function schema(document: string): Promise<{ said: string; valid: boolean }> {
  const root = await baseRoot(() => {});
  // The image stays as it is: read-only in a mount namespace of its own, with room for the document in memory.
  const script = `
    mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && mount -t tmpfs tmpfs "$1/tmp" && mount -t tmpfs tmpfs "$1/run" &&
    cat > "$1/tmp/user-data" && exec chroot "$1" cloud-init schema --config-file /tmp/user-data 2>&1`;
  const { status, stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", root], {
    input: document,
    encoding: "utf8",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" },
  });
  return { said: `${stdout}${stderr}`, valid: status === 0 };
}
