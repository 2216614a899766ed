import { describe, expect, it } from "@jest/globals";
import { socket } from "../agent.ts";
import { places } from "../client/connect.ts";
import { bearer, request } from "../client/http.ts";
import { gateway } from "../gateway.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

/** All keys of the gateway's process: its own, and those of the models. */
const keys = async () => {
  const file = await outputOf("cat /etc/openclaw/gateway.env");
  const models = [...file.matchAll(/^OPENCLAW_MODEL_KEY\w*="(.+)"$/gm)].map(([, key = ""]) => key);
  expect(models).toHaveLength(2); // the model of all agents, and scribe's own
  return [gateway.key, ...models];
};

/** Runs a script with the keys as file descriptor 3: on a command line the search would find itself. */
const search = async (script: string) => outputOf(`exec 3<&0; ${script}`, `${(await keys()).join("\n")}\n`);
const aKey = "--fixed-strings --text --file=/dev/fd/3";

describe("the gateway's key and the models' keys", () => {
  it("are in gateway.env and in cloud-init's copies of the user-data, and no user but root can read one of them", async () => {
    // Every file on the disk and in memory; the disk's own file systems only, so that /proc does not take for ever.
    const everywhere = "find / /run /tmp /dev/shm -xdev -type f -print0";
    const found = await search(`${everywhere} | xargs -0 grep --files-with-matches ${aKey} || true`);
    const files = found.split("\n");
    const cloudInit = /^\/(var\/lib\/cloud|run\/cloud-init)\//;
    expect(files.filter((path) => !cloudInit.test(path))).toEqual(["/etc/openclaw/gateway.env"]);
    expect(files.length).toBeGreaterThan(1);
    for (const user of ["nobody", "openclaw", "sandbox", "caddy", "proxy", "admin"])
      for (const file of files)
        expect((await inDroplet(`runuser --user ${user} -- test -r ${file}`)).code).toBe(1);
  });

  it("are in no process's arguments", async () => {
    const occurrences = `cat /proc/[0-9]*/cmdline | grep --count ${aKey} || true`;
    expect(await search(occurrences)).toBe("0");
  });

  it("are in the environment of the gateway's processes alone, which nobody but root can read", async () => {
    const pid = await outputOf("systemctl show --property MainPID --value openclaw-gateway");
    const distinct = `grep --only-matching ${aKey} /proc/${pid}/environ | sort --unique | wc --lines`;
    expect(await search(distinct)).toBe("3");
    const holders = `grep --files-with-matches --no-messages ${aKey} /proc/[0-9]*/environ | sed 's/environ$/cgroup/'`;
    const units = `${holders} | xargs cat 2>/dev/null | grep --only-matching '/[^/]*[.]service$' | sort --unique`;
    expect(await search(units)).toBe("/openclaw-gateway.service");
    for (const user of ["nobody", "sandbox", "caddy", "proxy", "admin"])
      expect((await inDroplet(`runuser --user ${user} -- cat /proc/${pid}/environ`)).code).not.toBe(0);
  });

  it("are in no container's definition, environment or file", async () => {
    // Of agents that had turns with these keys.
    const everything =
      "for id in $(docker ps --quiet); do docker inspect $id; docker exec $id sh -c 'cat /proc/[0-9]*/environ'; docker export $id; done";
    const script = `export DOCKER_HOST=unix://${socket}; docker ps --quiet | wc --lines; (${everything}) | grep --count ${aKey} || true`;
    const [containers, occurrences] = (await search(script)).split("\n");
    expect(Number(containers)).toBeGreaterThan(0);
    expect(occurrences).toBe("0");
  });

  it("are in no log, also after a client sent the gateway's in every place where a client can", async () => {
    const marker = `/secret-${Date.now()}`;
    const query = `?token=${gateway.key}`;
    for (const scheme of ["http", "https"] as const) {
      await request({
        scheme,
        path: `${marker}${query}`,
        headers: bearer(gateway.key),
        from: places.bystander,
      });
      const headers = { referer: `${gateway.url}/${query}`, cookie: `token=${gateway.key}` };
      await request({ scheme, path: `/tools/invoke${query}`, headers, from: places.bystander });
      // what the log for errors has to say about it
      await request({ scheme, path: `${marker}${query}`, headers: { host: "evil.example" } }).catch(() => {});
    }
    await outputOf(`until grep --quiet ${marker} /var/log/caddy/access.log; do sleep 0.1; done`);
    const count = (source: string) => search(`${source} | grep --count ${aKey} || true`);
    expect(await count("journalctl --no-pager --all --output export --namespace '*'")).toBe("0");
    expect(await count("cat /var/log/caddy/* /var/log/openclaw/* /var/log/*.log")).toBe("0");
  });
});

describe("the metadata service, which hands out the user-data", () => {
  const ask =
    "curl --silent --fail --max-time 3 http://169.254.169.254/metadata/v1/user-data --output /dev/null";

  it("answers root", async () => {
    expect((await inDroplet(ask)).code).toBe(0);
  });

  it.each(["nobody", "openclaw", "sandbox", "caddy", "admin"])("is out of reach for %s", async (user) => {
    expect((await inDroplet(`runuser --user ${user} -- ${ask}`)).code).toBe(7); // refused, not slow
  });
});
