import { describe, expect, it } from "@jest/globals";
import { request } from "../client/http.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const setupStatus = async () => {
  const { code, stdout } = await inDroplet("openclaw-setup-status");
  return { code, line: stdout.trimEnd() };
};
const gatewayPid = () => outputOf("systemctl show --property MainPID --value openclaw-gateway");
const ready = { code: 0, line: "ready" };

describe("the setup", () => {
  it("is ready, says each step and its time in the journal", async () => {
    expect(await setupStatus()).toEqual(ready);
    const journal = await outputOf("journalctl --unit openclaw-setup --output cat");
    const steps = [
      "machine",
      "packages",
      "node",
      "openclaw",
      "packages-sandbox",
      "sandbox",
      "sandbox-image",
      "firewall",
      "packages-edge",
      "bans",
      "state",
      "gateway",
      "ready",
    ];
    for (const step of steps)
      expect(journal).toMatch(new RegExp(`^step ${step}: \\d+ s, done after \\d+ s$`, "m"));
  });

  it("may run again: nothing changes, and the gateway does not stop", async () => {
    const pid = await gatewayPid();
    await outputOf("systemctl restart openclaw-setup");
    expect(await setupStatus()).toEqual(ready);
    expect(await gatewayPid()).toBe(pid);
  });

  it("restores what is missing", async () => {
    await outputOf(
      "systemctl disable --now --quiet fail2ban nftables && nft delete table inet openclaw || true",
    );
    await outputOf(
      "chmod 0777 /etc/openclaw && chmod 0755 /var/lib/cloud && systemctl restart openclaw-setup",
    );
    expect(await setupStatus()).toEqual(ready);
    expect((await inDroplet("systemctl is-active fail2ban nftables")).stdout).toBe("active\nactive\n");
    expect(await outputOf("stat --format %a /etc/openclaw /var/lib/cloud")).toBe("750\n700");
    expect(await outputOf("nft list chain inet openclaw input")).toContain("policy drop");
  });

  it("installs no OpenClaw whose dependencies are not the pinned ones, says so in one line, and heals", async () => {
    const pid = await gatewayPid();
    const falsified = "0".repeat(64);
    // Its mark of what is installed taken away, the step starts from nothing beside what runs.
    await outputOf(
      `cp --archive /etc/openclaw/machine.env /opt/openclaw/app/closure /root/
       rm /opt/openclaw/app/closure
       sed --in-place 's/^OPENCLAW_CLOSURE=.*/OPENCLAW_CLOSURE="${falsified}"/' /etc/openclaw/machine.env`,
    );
    try {
      expect((await inDroplet("systemctl restart openclaw-setup")).code).not.toBe(0);
      const { code, line } = await setupStatus();
      expect(code).toBe(1);
      expect(line).toMatch(
        /^failed: openclaw: OpenClaw \S+ no longer resolves to the pinned dependencies \(digest [0-9a-f]{64}, pinned 0{64}\): not installed$/,
      );
      expect((await inDroplet("ls /opt/openclaw")).stdout).toBe("app\nnode\n");
      expect((await request({ path: "/readyz" })).status).toBe(200); // what was there goes on
    } finally {
      await outputOf("mv /root/machine.env /etc/openclaw/ && mv /root/closure /opt/openclaw/app/");
      await inDroplet("systemctl restart openclaw-setup");
    }
    expect(await setupStatus()).toEqual(ready);
    expect(await gatewayPid()).toBe(pid);
    expect((await inDroplet("systemctl is-system-running")).stdout.trim()).toBe("running");
  }, 180_000);
});
