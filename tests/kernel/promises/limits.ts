import { beforeAll, describe, expect, it } from "@jest/globals";
import { image, socket } from "../../machine/agent.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import "../virtual-machine.ts";

const all = "/sys/fs/cgroup/user.slice/user-601.slice";
const gibibyte = 2 ** 30;

/** Starts a container with the limits that OpenClaw asks for its own, runs the script in it, and takes it away. */
const inLimits = (script: string) =>
  outputOf(
    `export DOCKER_HOST=unix://${socket}
     docker run --rm --init --interactive --network none --cap-drop ALL --user 0:0 --memory 512m --memory-swap 512m \
       --cpus 1 --pids-limit 256 ${image} bash -s`,
    script,
  );

/** Says how many children it could have. */
const forks = `
import os, signal
children = 0
try:
    while children < 400:
        if os.fork() == 0:
            os.close(1)
            signal.pause()
        children += 1
except OSError:
    pass
print(children)`;

/** The numbers after these names in a file of lines "NAME NUMBER". */
const counts = (text: string) =>
  Object.fromEntries(text.split("\n").map((line) => line.split(" "))) as Record<string, string>;

describe("a container's limits on Debian's own kernel", () => {
  let said: Record<string, string>;

  beforeAll(async () => {
    said = counts(
      await inLimits(`
        cd /sys/fs/cgroup
        python3 -c 'x = bytearray(700 * 2**20)' 2>/dev/null; echo greedy $?
        echo oom_kill $(sed -n 's/^oom_kill //p' memory.events)
        for i in 1 2 3; do (while :; do :; done) & done; sleep 2; kill %1 %2 %3; wait 2>/dev/null
        echo throttled $(sed -n 's/^nr_throttled //p' cpu.stat)
        echo processes $(python3 -c '${forks}'); echo refused $(sed -n 's/^max //p' pids.events)`),
    );
  }, 600_000);

  it("memory: who wants more is killed, and nobody else", () => {
    expect(said.greedy).toBe("137");
    expect(Number(said.oom_kill)).toBeGreaterThan(0);
  });

  it("CPU: three that never rest are slowed down to one", () => {
    expect(Number(said.throttled)).toBeGreaterThan(0);
  });

  it("processes: there are 256, and no more", () => {
    expect(Number(said.processes)).toBeGreaterThan(200);
    expect(Number(said.processes)).toBeLessThan(256);
    expect(Number(said.refused)).toBeGreaterThan(0);
  });
});

describe("the limits of all agents together on Debian's own kernel", () => {
  it("are those of the machine's size", async () => {
    const [memory, swap, pids, cpu] = (
      await outputOf(`cd ${all} && cat memory.max memory.swap.max pids.max cpu.max`)
    ).split("\n");
    const total = Number(await outputOf("sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo")) * 1024;
    expect(Number(memory) / total).toBeCloseTo(0.4, 2);
    expect(total).toBeGreaterThan(3.7 * gibibyte);
    expect([swap, pids, cpu]).toEqual(["0", "1024", "150000 100000"]);
  });

  it("bite a container that has none of its own, and nobody else", async () => {
    const before = await outputOf(`sed -n 's/^oom_kill //p' ${all}/memory.events`);
    const code = await outputOf(
      `DOCKER_HOST=unix://${socket} docker run --rm --network none ${image} python3 -c 'x = bytearray(2 * 2**30)'; echo $?`,
    );
    expect(code).toBe("137");
    expect(Number(await outputOf(`sed -n 's/^oom_kill //p' ${all}/memory.events`))).toBeGreaterThan(
      Number(before),
    );
    expect(await outputOf("systemctl is-active openclaw-gateway openclaw-sandbox")).toBe("active\nactive");
  }, 300_000);
});
