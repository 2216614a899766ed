import { describe, expect, it } from "@jest/globals";
import { inDroplet, outputOf } from "../in-droplet.ts";

describe("the machine", () => {
  it("runs, with nothing that failed", async () => {
    expect((await inDroplet("systemctl is-system-running")).stdout.trim()).toBe("running");
  });

  it.each([
    "nftables.service",
    "caddy.service",
    "fail2ban.service",
    "openclaw-volume.service",
    "openclaw-gateway.service",
    "openclaw-sandbox.service",
    "openclaw-sandbox-image.timer",
    "openclaw-setup.service",
    "openclaw-egress@research.socket",
    "openclaw-egress@scribe.socket",
    "squid.service",
    "unattended-upgrades.service",
    "ssh.service",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
  ])("has %s on, and on again after a reboot", async (unit) => {
    const { stdout } = await inDroplet(`systemctl is-active ${unit}; systemctl is-enabled ${unit}`);
    expect(stdout.trim().split("\n")).toEqual(["active", "enabled"]);
  });

  it.each([
    ["openclaw-gateway.service", 1.5],
    ["caddy.service", 1.6],
    ["openclaw-sandbox.service", 3.0],
    ["fail2ban.service", 2.5],
    ["squid.service", 1.3],
    ["openclaw-egress@research.service", 1.0],
    ["openclaw-volume.service", 4.7],
  ])("gives %s little to break out with: an exposure of at most %f of 10", async (unit, most) => {
    const table = await outputOf(`systemd-analyze security --no-pager ${unit}`);
    const exposure = Number(table.match(/Overall exposure level for .*: ([\d.]+)/)?.[1]);
    expect(exposure).toBeGreaterThan(0);
    expect(exposure).toBeLessThanOrEqual(most);
  });

  it.each([
    ["openclaw-gateway", "openclaw"],
    ["caddy", "caddy"],
    ["squid", "proxy"],
  ])("runs %s as user %s", async (unit, user) => {
    const show = `ps -o user= -p "$(systemctl show --property MainPID --value ${unit})"`;
    expect(await outputOf(show)).toBe(user);
  });

  it("has the memory of its size, and gives the gateway at most 70% of it", async () => {
    const limit = Number(
      await outputOf("systemctl show --property MemoryMax --value openclaw-gateway.service"),
    );
    const size = 4 * 2 ** 30; // s-2vcpu-4gb
    expect(limit / size).toBeCloseTo(0.7, 2);
  });

  it("kills what wants more memory than the size has", async () => {
    // Past the limit of the whole machine, in a unit without one of its own; the kernel may kill nobody else for it.
    const greedy =
      "systemd-run --quiet --collect --wait --property OOMScoreAdjust=1000 python3 -c 'x = bytearray(5 * 2**30)'";
    expect((await inDroplet(greedy)).code).not.toBe(0);
    expect((await inDroplet("systemctl is-active openclaw-gateway caddy")).stdout).toBe("active\nactive\n");
  });

  it("keeps its journal over reboots, and keeps it small", async () => {
    const said = await outputOf(
      "journalctl --unit systemd-journald --grep 'System Journal' --output cat -n 1",
    );
    expect(said).toMatch(/^System Journal \(\/var\/log\/journal\/.* max 500M,/);
  });

  it.each([
    ["net.ipv4.conf.all.accept_redirects", "0"],
    ["net.ipv4.conf.default.accept_redirects", "0"],
    ["net.ipv4.conf.all.send_redirects", "0"],
    ["net.ipv4.conf.default.send_redirects", "0"],
    ["net.ipv4.conf.all.rp_filter", "1"],
    ["net.ipv4.ip_forward", "0"],
  ])("sets %s to %s", async (name, value) => {
    // The kernel's other settings are this computer's in the rehearsal, and stay as they are.
    expect(await outputOf(`sysctl --values ${name}`)).toBe(value);
  });

  it("forwards no packet", async () => {
    expect(await outputOf("nft list chain inet openclaw forward")).toContain("policy drop");
  });
});
