import { beforeAll, describe, expect, it } from "@jest/globals";
import { agentShell } from "../../machine/agent.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import "../virtual-machine.ts";

/** What the agent is asked to run: one turn tells all, since a turn takes long on an emulated machine. */
const look = [
  "echo host $(hostname)",
  "echo id $(id -u)",
  "grep -E '^(CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/self/status | tr -d ':'",
  "echo cgroup $(cat /proc/1/cgroup)",
  "for f in memory.max memory.swap.max pids.max cpu.max; do echo $f $(cat /sys/fs/cgroup/$f); done",
  // masked by the runtime: an empty file, or a directory with nothing in it
  "for f in kcore keys timer_list latency_stats sched_debug; do [ ! -e /proc/$f ] || echo masked $f $(head -c 1 /proc/$f 2>/dev/null | wc -c); done",
  "for d in /proc/acpi /proc/scsi /sys/firmware; do [ ! -e $d ] || echo masked $d $(ls $d | wc -l); done",
  "for p in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/irq/default_smp_affinity /sys/fs/cgroup/memory.max /sys/kernel/mm/ksm/run /etc/passwd; do (echo 1 > $p) 2>/dev/null && echo wrote $p; done",
  "mount -t proc proc /mnt 2>/dev/null && echo mounted; unshare --user true 2>/dev/null && echo unshared",
  "fallocate --length 9G fill 2>/dev/null; echo filled $?",
  "ls /proc | grep -c '^[0-9]' | sed 's/^/processes /'",
  "echo end",
].join("; ");

describe("the container that OpenClaw makes for an agent on Debian's own kernel", () => {
  let lines: string[];
  const value = (name: string) =>
    lines.find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}\t`))?.slice(name.length + 1);

  beforeAll(async () => {
    const answer = await agentShell(look);
    lines = answer.trim().split("\n");
    expect(lines.at(-1)).toBe("end");
  }, 600_000);

  it("is its own machine to the agent, which has no rights in it", () => {
    expect(value("id")).toBe("0");
    expect(value("host")).toMatch(/^[0-9a-f]{12}$/);
    expect(value("CapEff")).toBe("0000000000000000");
    expect(value("CapBnd")).toBe("0000000000000000");
    expect([value("NoNewPrivs"), value("Seccomp")]).toEqual(["1", "2"]);
    expect(Number(value("processes"))).toBeLessThan(12);
  });

  it("sees its own control group alone, with the limits that OpenClaw asked for", () => {
    expect(value("cgroup")).toBe("0::/");
    expect(value("memory.max")).toBe(String(512 * 2 ** 20));
    expect(value("memory.swap.max")).toBe("0");
    expect(value("pids.max")).toBe("256");
    expect(value("cpu.max")).toBe("100000 100000");
  });

  it("sees nothing of the kernel's in /proc and /sys, and can write nowhere in them", () => {
    const masked = lines.filter((line) => line.startsWith("masked "));
    expect(masked.map((line) => line.split(" ")[1])).toEqual(
      expect.arrayContaining(["kcore", "keys", "/sys/firmware"]),
    );
    expect(masked.filter((line) => !line.endsWith(" 0"))).toEqual([]);
    expect(lines.filter((line) => /^(wrote|mounted|unshared)/.test(line))).toEqual([]);
  });

  it("cannot fill the Volume: a quarter of it is not for agents", async () => {
    expect(value("filled")).toBe("1");
    const free = "df --block-size=1M --output=avail /srv/openclaw | tail -1";
    expect(Number(await outputOf(free))).toBeGreaterThan(1024);
    await outputOf("find /var/lib/openclaw-workspaces -name fill -delete");
  });

  it("is a scope of the user manager, below the group that bounds all agents", async () => {
    const scopes = await outputOf("find /sys/fs/cgroup -name 'docker-*.scope'");
    const below = "/sys/fs/cgroup/user.slice/user-601.slice/user@601.service/";
    expect(scopes.split("\n").filter((scope) => !scope.startsWith(below))).toEqual([]);
    expect(scopes).toMatch(/docker-[0-9a-f]{64}\.scope/);
  });
});
