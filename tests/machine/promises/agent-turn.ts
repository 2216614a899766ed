import { describe, expect, it } from "@jest/globals";
import { agentShell, container, docker, turn } from "../agent.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

const workspaces = "/var/lib/openclaw-workspaces";

describe("an agent", () => {
  it("runs commands in a container of its own: no capability, no new privileges, a system-call filter", async () => {
    const status = await agentShell(
      "id -u; hostname; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status",
    );
    const [uid, hostname, ...fields] = status.trim().split("\n");
    expect(uid).toBe("0"); // of the container
    expect(await container()).toBe(hostname);
    const value = Object.fromEntries(fields.map((line) => line.split(":\t")));
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
      expect([set, value[set]]).toEqual([set, "0000000000000000"]);
    expect(value).toMatchObject({ NoNewPrivs: "1", Seccomp: "2" });
    const owner = `ps -o user= -p $(DOCKER_HOST=unix:///run/openclaw-sandbox/docker.sock docker inspect --format '{{ .State.Pid }}' ${hostname})`;
    expect(await outputOf(owner)).toBe("sandbox");
  }, 120_000);

  it("writes, reads and edits files in its workspace, which are openclaw's on the disk", async () => {
    const path = "note.txt";
    const [, read, , edited, listed] = await turn(
      { tool: "write", path, content: "first\nsecond\n" },
      { tool: "read", path },
      { tool: "edit", path, edits: [{ oldText: "second", newText: "third" }] },
      { tool: "read", path },
      { tool: "exec", command: "cat note.txt && echo by-exec > by-exec.txt && stat -c '%U' note.txt" },
    );
    expect(read).toContain("second");
    expect(edited).toContain("third");
    expect(listed).toContain("first\nthird\nroot");
    expect(await outputOf(`stat --format %U ${workspaces}/*/note.txt ${workspaces}/*/by-exec.txt`)).toBe(
      "openclaw\nopenclaw",
    );
    await outputOf(`runuser --user openclaw -- sh -c 'rm ${workspaces}/*/by-exec.txt'`);
    expect(await agentShell("ls")).not.toContain("by-exec");
  }, 120_000);

  it("keeps its workspace when its container is taken away", async () => {
    await agentShell("echo kept > kept.txt");
    const before = await container();
    await docker(`rm --force ${before}`);
    expect(await agentShell("cat kept.txt; hostname")).toMatch(/^kept\n/);
    expect(await container()).not.toBe(before);
  }, 120_000);

  it("can write nowhere else that lasts: its root is read-only", async () => {
    const script =
      "for d in / /usr/bin /etc /root /home /opt /var /var/lib /proc/sys/kernel /sys; do touch $d/x 2>/dev/null && echo wrote $d; done; touch here && rm here && echo probed";
    expect((await agentShell(script)).trim()).toBe("probed");
  }, 60_000);

  it("has no network, and reaches neither the machine nor the metadata service", async () => {
    const ask = (url: string) => `curl --silent --output /dev/null --max-time 3 ${url}; echo $?`;
    const answer = await agentShell(
      [
        "tail -n +3 /proc/net/dev | cut -d : -f 1",
        ...["http://169.254.169.254/metadata/v1.json", "http://127.0.0.1:18789/", gateway.url].map(ask),
      ].join("; "),
    );
    expect(answer.trim().split(/\s+/)).toEqual(["lo", "7", "7", "7"]);
  }, 60_000);

  it("is told no folder but its container's own, in no process", async () => {
    const told = "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -o '/[^:]*' | sort -u";
    const [own = "", ...others] = (
      await agentShell(
        `${told} | grep -c .; ${told} | while read -r one; do [ -e "$one" ] || echo "$one"; done`,
      )
    ).split("\n");
    expect(Number(own)).toBeGreaterThan(3);
    expect(others.join("")).toBe("");
  }, 60_000);

  it("sees nothing of the machine's environment, keys, processes and files", async () => {
    const script =
      "env | cut -d = -f 1 | sort | tr '\\n' ' '; echo; cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -cE 'TOKEN|KEY'; cat /proc/[0-9]*/comm | sort -u | tr '\\n' ' '; echo; ls -d /var/lib/openclaw /etc/openclaw /opt/openclaw /run/openclaw-sandbox /run/egress /host 2>/dev/null | wc -l; find / -xdev -type s 2>/dev/null | wc -l";
    const [environment, keys, processes, paths, sockets] = (await agentShell(script)).split("\n");
    expect(environment?.trim().split(" ")).toEqual(
      expect.arrayContaining(["HOME", "HOSTNAME", "LANG", "PATH", "PWD"]),
    );
    expect(environment).not.toMatch(/TOKEN|SECRET|API|DOCKER|PROXY|OPENCLAW_(?!CLI|SHELL)/i);
    expect(keys).toBe("0");
    expect(processes).toContain("docker-init ");
    expect(processes).not.toMatch(/node|openclaw|dockerd|systemd|caddy/);
    expect([paths, sockets]).toEqual(["0", "0"]);
  }, 60_000);
});
