import { describe, expect, it } from "@jest/globals";
import { docker, image, socket } from "../agent.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const recipe = "/usr/local/lib/openclaw/sandbox-image";
const id = () => docker(`image inspect --format '{{ .Id }}' ${image}`);
const names = () => docker("ps --all --format '{{ .Names }}'");

describe("the image of agents' containers", () => {
  it("says of which recipe it was made", async () => {
    const label = await docker(
      `image inspect --format '{{ index .Config.Labels "openclaw.recipe" }}' ${image}`,
    );
    expect(label).toBe((await outputOf(`sha256sum ${recipe}`)).split(" ")[0]);
  });

  it("has no file with the rights of its owner", async () => {
    const setuid = "find / -xdev -perm /6000 ! -type l";
    expect(await docker(`run --rm --network none ${image} ${setuid}`)).toBe("");
  });

  it("is not built again without a reason", async () => {
    const before = await id();
    await outputOf(recipe);
    expect(await id()).toBe(before);
  });

  it("is renewed every day, after Debian's own updates", async () => {
    const timer = await outputOf(
      "systemctl show openclaw-sandbox-image.timer --property TimersCalendar --property ActiveState",
    );
    expect(timer).toContain("OnCalendar=*-*-* 07:00:00");
    expect(timer).toContain("ActiveState=active");
    const after = await outputOf("systemctl show openclaw-sandbox-image.service --property After");
    expect(after).toContain("apt-daily-upgrade.service");
  });

  it("reaches containers that are idle, and those at work once they are", async () => {
    // As an agent with a list of hosts has it: its forwarder runs, and is no work.
    const start = (name: string) =>
      docker(
        `run --detach --init --network none --volume /var/lib/openclaw-egress/research:/run/egress:ro \
           --name ${name} older-image sleep infinity`,
      );
    const original = await id();
    await outputOf(
      `export DOCKER_HOST=unix://${socket}
       docker create --name older ${image} && docker commit older older-image && docker rm older`,
    );
    try {
      await start("idle");
      await start("busy");
      await docker("exec --detach busy sleep 600");
      expect(await docker("exec idle sh -c 'cat /proc/[0-9]*/cmdline'")).toContain("UNIX-CONNECT");
      // It looks again every minute: this is its first look.
      await inDroplet("timeout 10 /usr/local/lib/openclaw/sandbox-recreate");
      expect((await names()).split("\n")).toEqual(expect.arrayContaining(["busy"]));
      expect(await names()).not.toContain("idle");
      await outputOf("pkill --full --exact 'sleep 600'");
      await outputOf("/usr/local/lib/openclaw/sandbox-recreate");
      expect(await names()).not.toContain("busy");
      expect(await id()).toBe(original);
    } finally {
      await inDroplet(
        `export DOCKER_HOST=unix://${socket}; docker rm --force idle busy; docker image rm older-image`,
      );
    }
  });

  it("is brought back from the Volume where it is missing, before the setup says ready", async () => {
    await outputOf(
      `export DOCKER_HOST=unix://${socket}
       docker ps --all --quiet | xargs --no-run-if-empty docker rm --force; docker image rm ${image}`,
    );
    await outputOf("systemctl restart openclaw-setup");
    expect(await outputOf("openclaw-setup-status")).toBe("ready");
    expect(await id()).toMatch(/^sha256:/);
  }, 180_000);
});
