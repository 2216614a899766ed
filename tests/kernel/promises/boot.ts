import { describe, expect, it } from "@jest/globals";
import { inDroplet, outputOf } from "../../machine/in-droplet.ts";
import { virtualMachine } from "../virtual-machine.ts";

describe("the Droplet on Debian's own kernel", () => {
  it("is a virtual machine, has that kernel, and DigitalOcean's name", async () => {
    const facts = await outputOf(
      "uname --kernel-release; systemd-detect-virt --vm; cat /sys/class/dmi/id/sys_vendor; stat --file-system --format %T /sys/fs/cgroup",
    );
    expect(facts).toMatch(/^\d+\.\d+\.\S+-cloud-amd64\n(qemu|kvm)\nDigitalOcean\ncgroup2fs$/);
  });

  it("comes up again after a reboot from inside, with nothing that failed", async () => {
    const { code } = await inDroplet(`cmp ${virtualMachine.firstBoot} /proc/sys/kernel/random/boot_id`);
    expect(code).toBe(1); // they differ
    expect(await outputOf("openclaw-setup-status")).toBe("ready");
    const failed = "systemctl list-units --failed --plain --no-legend";
    expect(await outputOf(failed)).toBe("");
  });

  it.each([
    "nftables",
    "caddy",
    "fail2ban",
    "ssh",
    "openclaw-sandbox",
    "openclaw-gateway",
    "user@601",
    "swapfile.swap",
  ])("has %s on", async (unit) => {
    expect((await inDroplet(`systemctl is-active ${unit}`)).stdout).toBe("active\n");
  });

  it("answers through Caddy", async () => {
    const ask = `curl --silent --insecure --connect-to "::${virtualMachine.address}:443" "$(sed -n 's/^ORIGIN="*\\([^"]*\\).*/\\1/p' /etc/openclaw/machine.env)/readyz"`;
    expect(JSON.parse(await outputOf(ask))).toMatchObject({ ready: true });
  });

  it("has AppArmor, which does not stop containers in a user's own namespaces", async () => {
    expect(await outputOf("cat /sys/module/apparmor/parameters/enabled")).toBe("Y");
    expect(await outputOf("cat /sys/kernel/security/lsm")).toContain("apparmor");
    const gateway = "cat /proc/$(systemctl show --property MainPID --value openclaw-gateway)/attr/current";
    expect(await outputOf(gateway)).toBe("unconfined"); // no profile of Debian's covers it
  });
});
