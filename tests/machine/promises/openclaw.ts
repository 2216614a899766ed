import { describe, expect, it } from "@jest/globals";
import { openclawConfig } from "../../../cloud-init/openclaw-config.ts";
import pins from "../../../cloud-init/pins.json" with { type: "json" };
import { gateway } from "../gateway.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

describe("OpenClaw", () => {
  it("is the pinned release, on the pinned Node, with the pinned dependencies", async () => {
    expect(await outputOf("openclaw --version")).toContain(pins.openclaw.version);
    expect(await outputOf("/opt/openclaw/node/bin/node --version")).toBe(`v${pins.node.version}`);
    expect(
      await outputOf(
        "/opt/openclaw/node/bin/node /usr/local/lib/openclaw/closure-digest.mjs /opt/openclaw/app/package-lock.json",
      ),
    ).toBe(pins.openclaw.closure);
    expect(gateway.versions).toMatchObject({ openclaw: pins.openclaw.version, node: pins.node.version });
  });

  it("runs on that Node", async () => {
    const executable = `readlink "/proc/$(systemctl show --property MainPID --value openclaw-gateway)/exe"`;
    expect(await outputOf(executable)).toBe("/opt/openclaw/node/bin/node");
  });

  it("finds its configuration valid", async () => {
    const { code, stdout } = await inDroplet("openclaw config validate --json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, valid: true });
  });

  it("finds valid, too, what it is told where there is no model, which is no other provider's", async () => {
    const limits = { memory: 512, cpus: 1, processes: 256 };
    const agents = { main: { limits, network: "none" } } as const;
    const machine = { origin: gateway.url, gatewayKey: gateway.key, volume: "any", acme: {} };
    const config = openclawConfig({ ...machine, agents });
    const validate = `cd /tmp && file=$(mktemp) && cat > $file && chown openclaw $file
      set -a; . /usr/local/lib/openclaw/environment; OPENCLAW_CONFIG_PATH=$file
      app=/opt/openclaw/app/node_modules/openclaw/openclaw.mjs
      /usr/sbin/runuser --user openclaw -- node $app config validate --json
      code=$?; rm $file; exit $code`;
    const { code, stdout } = await inDroplet(validate, JSON.stringify(config));
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, valid: true });
    expect(config).toMatchObject({ gateway: { controlUi: { environment: { label: "model is not set" } } } });
  });

  it("finds nothing critical in its own audit", async () => {
    const audit = JSON.parse(await outputOf("openclaw security audit --deep --json"));
    expect(audit.summary.critical).toBe(0);
  });

  it("cannot write its own configuration or program", async () => {
    const unit = "--property Type --property ProtectSystem --property ReadWritePaths";
    expect(await outputOf(`systemctl show ${unit} openclaw-gateway`)).toContain("ProtectSystem=strict");
    const pid = "$(systemctl show --property MainPID --value openclaw-gateway)";
    for (const path of ["/etc/openclaw/openclaw.json", "/opt/openclaw/app/package.json"]) {
      const inItsPlace = `nsenter --target ${pid} --mount --setuid $(id -u openclaw) --setgid $(id -g openclaw)`;
      expect((await inDroplet(`${inItsPlace} test -w ${path}`)).code).toBe(1);
    }
  });

  it("is run by root's command line as its own user, with the command's exit code", async () => {
    expect((await inDroplet("openclaw no-such-command")).code).toBe(1);
    const owners =
      "find /var/lib/openclaw /var/log/openclaw /var/cache/openclaw ! -user openclaw -print -quit";
    expect(await outputOf(owners)).toBe("");
  });

  it("refuses its command line to everybody but root", async () => {
    const { code, stderr } = await inDroplet("runuser --user nobody -- openclaw --version");
    expect(code).toBe(1);
    expect(stderr).toContain("only root may do this");
  });
});
