import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { agentShell, container, docker, turn, turnOf } from "../agent.ts";
import { gateway } from "../gateway.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

/*
 * The rehearsal's stack has two agents with lists (rehearsal/rehearsed-config.ts): research may reach
 * permitted.example, inner.example and mixed.example, scribe may reach other.example.
 */
const { public: website, private: inner } = gateway.websites;

/** What a request came to: the status, the one to CONNECT, curl's exit code; and the page that there was. */
const curl = (args: string) =>
  `curl --silent --insecure --max-time 10 --write-out ' %{http_code} %{http_connect} %{exitcode}' ${args} | tail --lines 2 | tr '\\n' ' '; echo`;

/** The answers of one turn in which the agent runs these commands, each of which prints one line. */
async function answers<Name extends string>(
  agent: string,
  commands: Readonly<Record<Name, string>>,
): Promise<Record<Name, string>> {
  const names = Object.keys(commands) as Name[];
  const script = names.map((name) => `echo "@${name}:" $(${commands[name]})`).join("\n");
  const lines = (await agentShell(script, agent)).split("\n");
  const answer = (name: Name) =>
    lines.find((line) => line.startsWith(`@${name}:`))?.split(": ")[1] ?? "no line";
  return Object.fromEntries(names.map((name) => [name, answer(name)])) as Record<Name, string>;
}

/** The lines of the log since then that have this text. */
const log = (since: string, text: string) =>
  outputOf(
    `journalctl --namespace egress --sync
     journalctl --namespace egress --since @${since} --output cat --no-pager | grep '${text}' || true`,
  );

const refused = { http: "403 000 0", tunnel: "000 403 56" };

describe("an agent with a list of hosts", () => {
  const secret = `leak-${Date.now()}`;
  let seen: Record<string, string>;
  let start = "";

  it("reaches what is on its list, by http and https", async () => {
    start = await outputOf("date +%s");
    seen = await answers("research", {
      http: curl("http://permitted.example/"),
      https: curl("https://permitted.example/"),
      "other http": curl("-o /dev/null http://other.example/"),
      "other https": curl("-o /dev/null https://other.example/"),
      address: curl(`-o /dev/null http://${website}/`),
      "address https": curl(`-o /dev/null https://${website}/`),
      "inner address": curl(`-o /dev/null http://${inner}/`),
      "inner name": curl("-o /dev/null http://inner.example/"),
      "inner name https": curl("-o /dev/null https://inner.example/"),
      "mixed name": curl("-o /dev/null http://mixed.example/"),
      redirect: curl("-o /dev/null --location http://permitted.example/redirect"),
      metadata: curl("-o /dev/null http://169.254.169.254/metadata/v1.json"),
      gateway: curl("-o /dev/null --noproxy '' http://127.0.0.1:18789/"),
      machine: curl(`-o /dev/null https://${gateway.address}/`),
      "other port": curl("-o /dev/null https://permitted.example:8443/"),
      "http on 443": curl("-o /dev/null http://permitted.example:443/"),
      ssh: curl("-o /dev/null --proxytunnel http://permitted.example:22/"),
      ftp: curl("-o /dev/null --proxy http://127.0.0.1:3128 ftp://permitted.example:80/"),
      manager: curl("-o /dev/null http://127.0.0.1:3128/squid-internal-mgr/info"),
      leak: curl(`-o /dev/null http://${secret}.example.com/`),
      "direct name": curl("-o /dev/null --noproxy '*' https://permitted.example/"),
      "direct address": curl(`-o /dev/null --noproxy '*' http://${website}/`),
      resolver: `grep --count nameserver /etc/resolv.conf; getent hosts permitted.example; echo $?`,
      links: "tail -n +3 /proc/net/dev | cut -d : -f 1",
    });
    expect(seen).toMatchObject({
      http: "the public website 200 000 0",
      https: "the public website 200 200 0",
    });
  }, 180_000);

  it.each(["other", "address", "inner name"])("is refused by the proxy: %s", (name) => {
    expect([seen[`${name} http`] ?? seen[name], seen[`${name} https`]]).toEqual([
      refused.http,
      refused.tunnel,
    ]);
  });

  it.each(["inner address", "mixed name", "metadata", "gateway", "http on 443", "ftp", "manager", "leak"])(
    "is refused by the proxy: %s",
    (name) => {
      expect(seen[name]).toBe(refused.http);
    },
  );

  it.each(["machine", "other port", "ssh"])("is refused a tunnel by the proxy: %s", (name) => {
    expect(seen[name]).toBe(refused.tunnel);
  });

  it("is refused where a permitted host sends it on to an inner address", () => {
    expect(seen.redirect).toBe(refused.http);
  });

  it("has no way past the proxy: no link, no resolver", () => {
    expect(seen.links).toBe("lo");
    expect(seen["direct name"]).toBe("000 000 6"); // curl: could not resolve the host
    expect(seen["direct address"]).toBe("000 000 7"); // curl: could not connect
    expect(seen.resolver).toMatch(/ 2$/);
  });

  it("cannot tell a resolver anything in a name that it asks for", async () => {
    const asked = await readFile(gateway.resolverLog, "utf8");
    expect(asked).toContain("permitted.example"); // the log has what was asked
    expect(asked).not.toContain(secret);
  });

  it("has each request in the log, what passed and what was refused", async () => {
    const line = (verdict: string, request: string) =>
      // _ABORTED: curl did not wait for the rest of the proxy's answer.
      expect.stringMatching(new RegExp(`^agent=research verdict=${verdict}(_ABORTED)? .*${request}`, "m"));
    const lines = await log(start, "agent=research");
    for (const [verdict, request] of [
      ["TCP_MISS", `method=GET host=permitted.example port=80 address=${website} `],
      ["TCP_TUNNEL", `method=CONNECT host=permitted.example port=443 address=${website} `],
      ["TCP_DENIED", "method=GET host=other.example port=80 address=- "],
      ["TCP_DENIED", "method=CONNECT host=other.example port=443 address=- "],
      ["TCP_DENIED", "method=GET host=inner.example port=80 address=- "],
      ["TCP_DENIED", "method=GET host=169.254.169.254 port=80 address=- "],
      ["TCP_DENIED", "method=CONNECT host=permitted.example port=8443 address=- "],
    ] as const)
      expect(lines).toEqual(line(verdict, request));
  });

  it("has a log that is bounded, and loses no line for being busy", async () => {
    const journal = "journalctl --namespace egress --grep 'System Journal' --output cat --no-pager --lines 1";
    expect(await outputOf(journal)).toMatch(/max 200M/);
    expect(await outputOf("cat /etc/systemd/journald@egress.conf")).toContain("RateLimitIntervalSec=0");
  });

  it("has a list that does not serve another agent, whose own does; with its own model, tools and limits", async () => {
    const { own, others } = await answers("scribe", {
      own: curl("https://other.example/"),
      others: curl("-o /dev/null https://permitted.example/"),
    });
    expect(own).toBe("the public website 200 200 0");
    expect(others).toBe(refused.tunnel);
    expect(await log(start, "agent=scribe")).toMatch(/verdict=TCP_DENIED\w* .*host=permitted.example/);
    const [edited] = await turnOf("scribe", { tool: "edit", path: "x", edits: [] });
    expect(edited).toBe("Tool edit not found");
    const limits = "{{ .HostConfig.Memory }} {{ .HostConfig.NanoCpus }} {{ .HostConfig.PidsLimit }}";
    expect(await docker(`inspect --format '${limits}' ${await container("scribe")}`)).toBe(
      `${256 * 2 ** 20} ${0.5 * 1e9} 64`,
    );
  }, 180_000);

  it("shares its socket with no other container, and with no user of the machine", async () => {
    const mounts = async (agent: string) =>
      docker(`inspect --format '{{ range .Mounts }}{{ .Source }} {{ end }}' ${await container(agent)}`);
    expect(await mounts("research")).toContain("/var/lib/openclaw-egress/research");
    expect(await mounts("scribe")).not.toContain("research");
    await agentShell("true");
    expect(await mounts("main")).not.toContain("egress");
    const ask = `curl --silent --max-time 3 --unix-socket /var/lib/openclaw-egress/research/proxy http://permitted.example/`;
    expect((await inDroplet(`runuser --user sandbox -- ${ask}`)).code).toBe(0); // the probe can
    for (const user of ["nobody", "admin", "caddy", "openclaw", "proxy"])
      expect([user, (await inDroplet(`runuser --user ${user} -- ${ask}`)).code]).toEqual([user, 7]);
  }, 120_000);
});

describe("an agent without a network", () => {
  it("has no tool that asks from the gateway, and no other agent that would ask for it", async () => {
    const [fetched, spawned, sent] = await turn(
      { tool: "tool_call", id: "web_fetch", args: { url: "http://permitted.example/" } },
      { tool: "tool_call", id: "sessions_spawn", args: { agentId: "research", task: "ask" } },
      {
        tool: "tool_call",
        id: "sessions_send",
        args: { sessionKey: "agent:research:main", message: "ask" },
      },
    );
    expect(fetched).toContain("Unknown tool id: web_fetch");
    expect(spawned).toContain("agentId is not allowed for sessions_spawn");
    expect(sent).toContain("Session send visibility is restricted");
  }, 120_000);
});

describe("the proxy's user", () => {
  it.each([
    ["a private address", `http://${inner}/`],
    ["the machine's own address", `https://${gateway.dropletAddress}/`],
    ["the gateway", "http://127.0.0.1:18789/"],
  ])("is kept from %s by the packet filter, too, whatever a name led to", async (_, url) => {
    const ask = `curl --silent --output /dev/null --insecure --max-time 5 ${url}`;
    expect((await inDroplet(`runuser --user proxy -- ${ask}`)).code).toBe(7);
    expect((await inDroplet(`runuser --user nobody -- ${ask}`)).code).not.toBe(7); // the probe can connect
  });
});
