/** How many agents work at once before somebody is killed, and who that is. */
import { describe, expect, it } from "@jest/globals";
import { agentShell, container, docker, image, socket } from "../../machine/agent.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { note } from "../attack.ts";
import { during, inWords } from "../responsiveness.ts";

interface HostConfig {
  readonly Memory: number;
  readonly NanoCpus: number;
  readonly PidsLimit: number;
}

const most = 16;
const survivors = () =>
  outputOf(
    "systemctl show --property MainPID --value openclaw-gateway openclaw-sandbox caddy ssh; pgrep --exact dockerd",
  );
const states = async () =>
  (await docker("ps --all --filter name=crowd- --format '{{ .Names }} {{ .State }}' | sort"))
    .split("\n")
    .filter(Boolean);

/** Adds agents that each hold so much until one of them is killed; resolves to how many worked together before. */
async function fill(mebibytes: number, limits: string): Promise<number> {
  const work = `python3 -u -c 'x = bytearray(b"x") * (${mebibytes} * 2**20); print("has it"); import time; time.sleep(600)'`;
  for (let n = 1; n <= most; n++) {
    const name = `crowd-${n}`;
    await docker(`run --detach --name ${name} ${limits} ${image} ${work}`);
    await outputOf(
      `export DOCKER_HOST=unix://${socket}
       until docker logs ${name} 2>&1 | grep --quiet 'has it' || docker ps --all --filter name=crowd- --filter status=exited --quiet | grep --quiet .; do sleep 0.1; done`,
    );
    if ((await states()).some((state) => !state.endsWith(" running"))) return n - 1;
  }
  return most;
}

describe("agents that work at once", () => {
  it.each([
    ["half of its limit", 0.5],
    ["nearly all of its limit", 0.9],
  ])(
    "each with %s: the one that is too many, or another agent, is killed, nobody else",
    async (share, part) => {
      await agentShell("true");
      const of = await container();
      const config = JSON.parse(
        await docker(`inspect --format '{{ json .HostConfig }}' ${of}`),
      ) as HostConfig;
      const limits = `--init --read-only --network none --cap-drop ALL --security-opt no-new-privileges --user 0:0 --memory ${config.Memory} --memory-swap ${config.Memory} --cpus ${config.NanoCpus / 1e9} --pids-limit ${config.PidsLimit}`;
      const before = await survivors();
      const mebibytes = Math.floor((config.Memory / 2 ** 20) * part);
      try {
        const { result: together, seen } = await during(fill(mebibytes, limits));
        expect(await survivors()).toBe(before);
        expect(together).toBeGreaterThanOrEqual(3);
        expect(together).toBeLessThan(most);
        const killed = (await states())
          .filter((state) => !state.endsWith(" running"))
          .map((state) => state.split(" ")[0]);
        expect(killed.length).toBeGreaterThan(0);
        note(
          `${together} agents at once, each with ${share} (${mebibytes} MiB); killed first: ${killed.join(", ")} of them; ${inWords(seen)}`,
        );
      } finally {
        await outputOf(
          `export DOCKER_HOST=unix://${socket}
         docker ps --all --quiet --filter name=crowd- | xargs --no-run-if-empty docker rm --force`,
        );
      }
    },
    120_000,
  );
});
