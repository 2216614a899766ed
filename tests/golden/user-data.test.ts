import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { userData, userDataLimit } from "../../cloud-init/user-data.ts";
import { environment, file, read } from "./read.ts";
import { all, full, minimal } from "./settings.ts";

describe.each(Object.entries(all))("golden user-data: %s", (name, settings) => {
  it("is the same byte for byte (UPDATE_GOLDEN=1 writes it anew; a difference replaces every machine)", () => {
    const path = join(import.meta.dirname, `${name}.yaml`);
    const made = userData(settings);
    if (process.env.UPDATE_GOLDEN) {
      writeFileSync(path, made);
      throw new Error(`${name}.yaml is written: look at its difference, then run without UPDATE_GOLDEN`);
    }
    expect(made).toBe(readFileSync(path, "utf8"));
  });
});

describe("user-data", () => {
  it("is one #cloud-config, the same for the same settings", () => {
    expect(userData(minimal).startsWith("#cloud-config\n")).toBe(true);
    expect(userData(structuredClone(full))).toBe(userData(full));
  });

  it("has each file of cloud-init/files, line for line but for comments, at its place, sorted by path", () => {
    const root = join(import.meta.dirname, "../../cloud-init/files");
    const onDisk = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(onDisk.length).toBeGreaterThan(20);
    for (const path of onDisk) {
      const written = readFileSync(path, "utf8").split("\n");
      const kept = written.filter((line) => !/^(#|\/\/)( |$)/.test(line.trim()));
      expect(file(full, path.slice(root.length)).content).toBe(kept.join("\n"));
    }
    const paths = read(full).write_files.map((one) => one.path);
    expect(paths).toEqual([...new Set(paths)].sort());
  });

  it("makes commands executable, and nothing else", () => {
    for (const { path, permissions, content } of read(full).write_files) {
      // A nftables script is loaded by its unit, not run.
      const isCommand = content.startsWith("#!/bin/bash\n");
      expect([path, permissions === "0755"]).toEqual([path, isCommand]);
    }
  });

  it("has the keys in the file that only root reads, and nowhere else", () => {
    const apiKey = full.model?.apiKey ?? "";
    const secrets = file(full, "/etc/openclaw/gateway.env");
    expect(secrets.permissions).toBe("0600");
    expect(secrets.owner).toBeUndefined();
    expect(environment(full, secrets.path)).toMatchObject({
      OPENCLAW_GATEWAY_TOKEN: full.gatewayKey,
      OPENCLAW_MODEL_KEY: apiKey,
      OPENCLAW_MODEL_KEY_FIELD_WORK: "golden-other-key",
    });
    const { write_files, ...rest } = read(full);
    const others = [...write_files.filter(({ path }) => path !== secrets.path), rest];
    expect(JSON.stringify(others)).not.toContain(full.gatewayKey);
    expect(JSON.stringify(others)).not.toContain("golden-other-key");
    expect(JSON.stringify(others)).not.toContain('golden-\\\\"model');
    expect(JSON.stringify(others)).not.toContain('model\\"-key');
  });

  it("lets only the gateway read its configuration", () => {
    expect(file(minimal, "/etc/openclaw/openclaw.json")).toMatchObject({
      permissions: "0600",
      owner: "openclaw:openclaw",
      // The user does not exist yet when the first files are written.
      defer: true,
    });
  });

  it("refuses a value that would start another line of an environment file", () => {
    const settings = { ...minimal, gatewayKey: "first\nOPENCLAW_NO_AUTH=1" };
    expect(() => userData(settings)).toThrow(/OPENCLAW_GATEWAY_TOKEN: has a line break/);
  });

  it("is far below the limit, and says its size when it is not", () => {
    expect(Buffer.byteLength(userData(full))).toBeLessThan(56 * 1024);
    const caRoot = "x".repeat(userDataLimit);
    expect(() => userData({ ...minimal, acme: { caRoot } })).toThrow(
      /user-data is \d{6} bytes, and DigitalOcean takes 65536: .*acme\.caRoot/,
    );
  });

  it("counts bytes, not characters", () => {
    const room = userDataLimit - Buffer.byteLength(userData({ ...minimal, acme: { email: "" } }));
    const fits = { ...minimal, acme: { email: "x".repeat(room) } };
    expect(Buffer.byteLength(userData(fits))).toBe(userDataLimit);
    expect(() => userData({ ...minimal, acme: { email: `${"x".repeat(room - 1)}é` } })).toThrow(
      /65537 bytes/,
    );
  });
});

describe("the metadata service, which hands out this very document", () => {
  it("answers root and the group of DigitalOcean's metrics agent", () => {
    expect(read(minimal).groups).toEqual(["metadata"]);
    expect(file(minimal, "/etc/nftables.conf").content).toMatch(
      /ip daddr 169\.254\.0\.0\/16 meta skuid != root meta skgid != metadata .*reject/,
    );
    expect(file(minimal, "/etc/systemd/system/do-agent.service.d/openclaw.conf").content).toContain(
      "Group=metadata",
    );
  });
});
