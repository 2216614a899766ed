import { describe, expect, it } from "@jest/globals";
import { outputOf } from "../in-droplet.ts";

describe("upgrades", () => {
  it("by themselves: Debian's security updates, and Caddy from backports", async () => {
    const said = await outputOf("unattended-upgrade --dry-run --debug 2>&1");
    expect(said).toContain(
      "Allowed origins are: origin=Debian,codename=trixie-security,label=Debian-Security, origin=Debian Backports,codename=trixie-backports,label=Debian Backports\n",
    );
    expect(said).not.toMatch(/error|exception/i);
  });

  it("every day, with a reboot at night when one is due", async () => {
    const config = await outputOf("apt-config dump");
    for (const line of [
      'APT::Periodic::Update-Package-Lists "1";',
      'APT::Periodic::Unattended-Upgrade "1";',
      'Unattended-Upgrade::Automatic-Reboot "true";',
      'Unattended-Upgrade::Automatic-Reboot-Time "04:30";',
    ])
      expect(config.split("\n")).toContain(line);
  });

  it("keep Caddy at the release with certificates for an address, and take nothing else from backports", async () => {
    expect(await outputOf("dpkg-query --show caddy | cut -f 2")).toMatch(/^2\.11\.\d+-.*bpo13/);
    const others = "dpkg-query --show | grep '~bpo' | cut -f 1";
    expect(await outputOf(others)).toBe("caddy");
  });
});
