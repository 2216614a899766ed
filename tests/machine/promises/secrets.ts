import { describe, expect, it } from "@jest/globals";
import { places } from "../client/connect.ts";
import { bearer, request } from "../client/http.ts";
import { gateway } from "../gateway.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

/** Runs a script with the key as file descriptor 3: on a command line the search would find itself. */
const search = (script: string) => outputOf(`exec 3<&0; ${script}`, `${gateway.key}\n`);
const theKey = "--fixed-strings --text --file=/dev/fd/3";

describe("the gateway key", () => {
  it("is in gateway.env and in cloud-init's copies of the user-data, and no user but root can read one of them", async () => {
    // Every file on the disk and in memory; the disk's own file systems only, so that /proc does not take for ever.
    const everywhere = "find / /run /tmp /dev/shm -xdev -type f -print0";
    const found = await search(`${everywhere} | xargs -0 grep --files-with-matches ${theKey} || true`);
    const files = found.split("\n");
    const cloudInit = /^\/(var\/lib\/cloud|run\/cloud-init)\//;
    expect(files.filter((path) => !cloudInit.test(path))).toEqual(["/etc/openclaw/gateway.env"]);
    expect(files.length).toBeGreaterThan(1);
    for (const user of ["nobody", "openclaw", "sandbox", "caddy", "admin"])
      for (const file of files)
        expect((await inDroplet(`runuser --user ${user} -- test -r ${file}`)).code).toBe(1);
  });

  it("is in no process's arguments", async () => {
    const occurrences = `cat /proc/[0-9]*/cmdline | grep --count ${theKey} || true`;
    expect(await search(occurrences)).toBe("0");
  });

  it("is in the gateway's environment, which nobody but root can read", async () => {
    const pid = await outputOf("systemctl show --property MainPID --value openclaw-gateway");
    expect(await search(`grep --count ${theKey} /proc/${pid}/environ`)).toBe("1");
    for (const user of ["nobody", "sandbox", "caddy", "admin"])
      expect((await inDroplet(`runuser --user ${user} -- cat /proc/${pid}/environ`)).code).not.toBe(0);
  });

  it("is in no log, also after a client sent it in every place where a client can", async () => {
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
    const count = (source: string) => search(`${source} | grep --count ${theKey} || true`);
    expect(await count("journalctl --no-pager --all --output export")).toBe("0");
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
