/**
 * All there is, so that nothing is left for others: each bomb is bounded itself, for the sake of the computer that
 * the rehearsal runs on. One after the other; both ways to the machine are asked all the time.
 */
import { agentShell, container, docker } from "../../machine/agent.ts";
import { inDroplet, outputOf } from "../../machine/in-droplet.ts";
import { type Attack, attacks, type Outcome } from "../attack.ts";
import { during, inWords } from "../responsiveness.ts";

/** Who must outlive every agent. */
const survivors = () =>
  outputOf(
    "systemctl show --property MainPID --value openclaw-gateway openclaw-sandbox caddy ssh fail2ban | tr '\\n' ' '; pgrep --exact dockerd",
  );

let previous: Promise<unknown> = Promise.resolve();

/** A command in the agent's container; succeeds when it harmed anybody else. */
const bomb = (tries: string, command: string, refused: RegExp): Attack => ({
  tries,
  attempt: () => {
    const mine = previous.then(() => explode(command));
    previous = mine.catch(() => {});
    return mine;
  },
  refused,
});

/** Made by a turn of the agent, then as if new for each bomb. */
let made: Promise<string> | undefined;

async function explode(command: string): Promise<Outcome> {
  made ??= agentShell("true").then(() => container());
  const name = await made;
  await docker(`restart --time 0 ${name}`);
  const before = await survivors();
  const { result, seen } = await during(
    inDroplet(
      `DOCKER_HOST=unix:///run/openclaw-sandbox/docker.sock docker exec ${name} timeout --signal KILL 6 bash -c "$(cat)" 2>&1 | tail -c 300`,
      command,
    ),
  );
  await docker(`kill ${name}`);
  const died = (await survivors()) !== before;
  // 5 s: what a person, and a monitor, still takes for an answer
  const silent = Object.values(seen).some(({ failed, slowest }) => failed > 0 || slowest > 5);
  return {
    succeeded: died || silent,
    answer: `${result.stdout.trim()}\n${died ? "somebody died; " : ""}${inWords(seen)}`,
  };
}

const python = (program: string) => `python3 -c '${program}'; echo exit code $?`;

/** The same work as root, where no limit of the agents' holds: it gets what it wants. */
const unlimited = (command: string, got: RegExp) => ({
  as: "for root on the machine",
  attempt: async () => {
    const { stdout } = await inDroplet(command);
    return { succeeded: got.test(stdout), answer: stdout };
  },
});

attacks({
  who: "the agent",
  wants: "everything, for as long as it can",
  rows: [
    {
      ...bomb(
        "3 GiB of memory",
        python("x = bytearray(3 * 2**30); print(len(x))"),
        /exit code 137\n.*gateway answered/s,
      ),
      control: unlimited(python("x = bytearray(2 * 2**30); print(len(x))"), /^2147483648$/m),
    },
    bomb(
      "3 GiB in temporary files",
      "for place in /tmp /var/tmp /run /dev/shm; do head -c 3G /dev/zero > $place/x; done; df --output=used --block-size=1M /tmp /var/tmp /run /dev/shm",
      /No space left on device.*gateway answered/s,
    ),
    bomb(
      "memory again and again, in 6 processes",
      "for n in $(seq 6); do while :; do python3 -c 'x = bytearray(300 * 2**20)'; done & done 2> /dev/null; wait",
      /gateway answered/,
    ),
    {
      ...bomb("a fork bomb", "bomb() { bomb | bomb & }; bomb; sleep 6", /gateway answered/),
      control: unlimited(
        "for n in $(seq 1100); do sleep 60 & done; jobs -pr | wc -l; kill $(jobs -p)",
        /^1[1-9]\d\d$/m,
      ),
    },
    bomb("all the CPUs", "for n in $(seq 16); do while :; do :; done & done; wait", /gateway answered/),
    {
      ...bomb(
        "5000 open files",
        python('import os; files = [os.open("/dev/null", 0) for _ in range(5000)]; print(len(files))'),
        /Too many open files.*exit code 1\n.*gateway answered/s,
      ),
      control: unlimited(
        `ulimit -n 10000; ${python('import os; files = [os.open("/dev/null", 0) for _ in range(5000)]; print(len(files))')}`,
        /^5000$/m,
      ),
    },
  ],
});
