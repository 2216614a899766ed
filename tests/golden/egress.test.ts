import { describe, expect, it } from "@jest/globals";
import type { AgentSettings, MachineSettings } from "../../cloud-init/settings.ts";
import { userData } from "../../cloud-init/user-data.ts";
import { environment, file, openclaw, read } from "./read.ts";
import { full, minimal } from "./settings.ts";

describe("an agent that may reach some hosts", () => {
  const paths = (settings: MachineSettings) =>
    read(settings)
      .write_files.map(({ path }) => path)
      .filter((path) => /squid|egress/.test(path));

  it("has its own port of the filtering proxy, and nothing passes there but its hosts, judged by name first", () => {
    expect(file(full, "/etc/squid/agents/field-work.conf").content.split("\n").slice(0, 4)).toEqual([
      "http_port 127.0.0.1:3128 name=agent_field-work",
      "acl agent_field-work myportname agent_field-work",
      "acl hosts_field-work dstdomain -n api.example.com example.org",
      "http_access allow agent_field-work hosts_field-work !inner",
    ]);
    expect(environment(full, "/etc/squid/agents/field-work.env")).toMatchObject({ PROXY: "127.0.0.1:3128" });
    const { content } = file(full, "/etc/squid/squid.conf");
    const access = content.split("\n").filter((line) => /^(http_access|include)/.test(line));
    expect(access).toEqual([
      "http_access deny tunnel !tls",
      "http_access deny !tunnel !web",
      "http_access deny !tunnel !http",
      "include /etc/squid/agents/*.conf",
      "http_access deny all",
    ]);
  });

  it("has a container without a network that holds the socket of its own forwarder", () => {
    const { defaults, entries } = openclaw(full).agents;
    expect(defaults.sandbox.docker.network).toBe("none");
    const { docker } = entries["field-work"].sandbox;
    expect(docker.network).toBeUndefined();
    expect(docker.binds).toEqual(["/var/lib/openclaw-egress/field-work:/run/egress:ro"]);
    expect(file(full, "/etc/systemd/system/openclaw-egress@.socket").content).toContain(
      "ListenStream=/var/lib/openclaw-egress/%i/proxy\n",
    );
    expect(docker.env).toMatchObject({ HTTPS_PROXY: "http://127.0.0.1:3128" });
  });

  it("is the only reason for a proxy", () => {
    expect(paths(full)).toContain("/usr/local/lib/openclaw/steps/egress");
    expect(paths(minimal)).toEqual([]);
  });

  it("is refused when a name would be more than a word of squid's configuration", () => {
    const hosts = ["a.example\nhttp_access allow all"];
    const agents = { main: { ...(minimal.agents.main as AgentSettings), network: { hosts } } };
    expect(() => userData({ ...minimal, agents })).toThrow(/squid would not read it as one word/);
  });
});
