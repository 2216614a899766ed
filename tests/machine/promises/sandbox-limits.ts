import { describe, expect, it } from "@jest/globals";
import { agentShell, container, docker } from "../agent.ts";
import { request } from "../client/http.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const pids = () =>
  outputOf("systemctl show --property MainPID --value openclaw-gateway openclaw-sandbox caddy");
const tasks = async () =>
  Number(await outputOf("systemctl show --property TasksCurrent --value openclaw-sandbox"));

/**
 * All agents together. The limits of one container need cgroup v2, which a machine under systemd-nspawn has only
 * where this computer has it.
 */
describe("an agent that wants everything", () => {
  it("has a share of the machine's memory, and is killed beyond it, not the gateway", async () => {
    const unit = "systemctl show --value --property MemoryMax openclaw-sandbox";
    expect(Number(await outputOf(unit)) / (4 * 2 ** 30)).toBeCloseTo(0.4, 2);
    const before = await pids();
    const greedy = "python3 -c \"x = bytearray(3 * 2**30); print('got it')\"; echo exit code $?";
    expect(await agentShell(greedy)).toMatch(/^exit code 137$/m);
    expect(await pids()).toBe(before);
    expect((await request({ path: "/readyz" })).status).toBe(200);
  }, 120_000);

  it("makes a bounded number of processes, and the gateway answers meanwhile", async () => {
    const before = await pids();
    await agentShell("true"); // its container is there
    await docker(`exec --detach ${await container()} bash -c 'bomb() { bomb | bomb & }; bomb'`);
    const counts: number[] = [];
    for (let look = 0; look < 8; look++) {
      counts.push(await tasks());
      expect((await request({ path: "/readyz" })).status).toBe(200);
    }
    expect(Math.max(...counts)).toBeGreaterThan(300); // it is a bomb
    expect(Math.max(...counts)).toBeLessThanOrEqual(1024);
    // An agent's own limit of processes may have stopped it before.
    expect(await outputOf("systemctl show --property TasksMax --value openclaw-sandbox")).toBe("1024");
    expect((await inDroplet("true")).code).toBe(0);
    await docker(`rm --force ${await container()}`);
    expect(await pids()).toBe(before);
    expect(await agentShell("echo back")).toContain("back");
  }, 120_000);

  it("has a share of the CPUs", async () => {
    const quota = await outputOf(
      "systemctl show --value --property CPUQuotaPerSecUSec openclaw-sandbox; nproc",
    );
    const [share = "", cpus] = quota.split("\n");
    expect(Number.parseFloat(share)).toBeCloseTo(0.75 * Number(cpus), 3); // "1.500000s" of each second
  });
});
