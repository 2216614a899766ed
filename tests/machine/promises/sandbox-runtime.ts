import { describe, expect, it } from "@jest/globals";
import { docker, image, socket } from "../agent.ts";
import { gateway } from "../gateway.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const rootful = "docker.service docker.socket containerd.service";
/** Asks the runtime over its socket; curl's exit code is 7 where the socket is refused. */
const ping = `curl --silent --fail --max-time 5 --unix-socket ${socket} http://docker/_ping`;
const pidOf = (name: string) => outputOf(`pgrep --exact --uid sandbox ${name}`);

describe("the runtime of agents' containers", () => {
  it("is rootless: its processes are user sandbox's", async () => {
    expect(await docker("info --format '{{ json .SecurityOptions }}'")).toContain("name=rootless");
    const users = "ps -o user= -C dockerd,containerd,rootlesskit | sort --unique";
    expect(await outputOf(users)).toBe("sandbox");
  });

  it("never runs as root: the units of Debian's package are masked", async () => {
    expect((await inDroplet(`systemctl is-enabled ${rootful}`)).stdout).toBe("masked\nmasked\nmasked\n");
    expect((await inDroplet(`systemctl is-active ${rootful}`)).stdout).toBe("inactive\ninactive\ninactive\n");
    const everStarted = `journalctl --quiet --output cat --unit ${rootful.replaceAll(" ", " --unit ")}`;
    expect(await outputOf(everStarted)).not.toContain("Started");
  });

  it("has nobody in the groups that lead to it", async () => {
    expect(await outputOf("getent group docker sandbox | cut -d : -f 1,4")).toBe("docker:\nsandbox:");
  });

  it.each(["nobody", "admin", "caddy", "openclaw"])("refuses its socket to user %s", async (user) => {
    expect((await inDroplet(`runuser --user ${user} -- ${ping}`)).code).toBe(7);
  });

  it("opens its socket to the gateway, whose processes alone have the group besides its own", async () => {
    const gid = await outputOf("id --group sandbox");
    const units = await outputOf(
      `grep --files-with-matches --word-regexp "^Groups:.*${gid}" /proc/[0-9]*/status 2>/dev/null |
         sed 's/status$/cgroup/' | xargs cat 2>/dev/null | grep --only-matching '/[^/]*[.]service$' | sort --unique`,
    );
    expect(units.split("\n")).toEqual(["/openclaw-gateway.service", "/openclaw-sandbox.service"]);
    expect(await outputOf(`runuser --user openclaw --supp-group sandbox -- ${ping}`)).toBe("OK");
  });

  it("has no network, so that no container can have one", async () => {
    const links = `nsenter --target ${await pidOf("dockerd")} --net ip -oneline link`;
    expect((await outputOf(links)).split("\n")).toHaveLength(1); // lo
    expect((await inDroplet(`DOCKER_HOST=unix://${socket} docker pull debian:trixie`)).code).toBe(1);
    // Whatever network one asks the runtime for: the machine's own pages are out of reach.
    const ask = (url: string) => `curl --silent --output /dev/null --max-time 3 --insecure ${url}`;
    const page = `https://${gateway.dropletAddress}/`;
    expect((await inDroplet(ask(`--resolve '*:443:${gateway.dropletAddress}' ${gateway.url}`))).code).toBe(0);
    for (const network of ["none", "bridge", "host"]) {
      const run = `DOCKER_HOST=unix://${socket} docker run --rm --network ${network} ${image} ${ask(page)}`;
      // curl: cannot connect; for "host" docker: the container is not created
      expect([network, (await inDroplet(run)).code]).toEqual([network, network === "host" ? 125 : 7]);
    }
  });
});

describe("the metadata service", () => {
  const ask = "curl --silent --fail --max-time 3 http://169.254.169.254/metadata/v1/id";

  it("is out of reach for a container, whoever starts it", async () => {
    expect(await outputOf(ask)).toMatch(/^\d+$/); // root's own probe works
    const inContainer = `DOCKER_HOST=unix://${socket} docker run --rm ${image} ${ask}`;
    expect((await inDroplet(inContainer)).code).toBe(7);
  });
});
