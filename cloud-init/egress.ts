import { environmentFile } from "./environment-file.ts";
import type { MachineFile } from "./files.ts";
import type { MachineSettings } from "./settings.ts";

interface Listed {
  readonly agent: string;
  readonly hosts: readonly string[];
}

/** The agents that may reach some hosts, by name. */
function listed({ agents }: MachineSettings): Listed[] {
  return Object.entries(agents).flatMap(([agent, { network }]) =>
    network === "none" ? [] : [{ agent, hosts: network.hosts }],
  );
}

/** Whether the machine has a filtering proxy. */
export const needsProxy = (settings: MachineSettings) => listed(settings).length > 0;

/** For each agent with a list of hosts, its port of the filtering proxy and what passes there. */
export function egressFiles(settings: MachineSettings): MachineFile[] {
  return listed(settings).flatMap(({ agent, hosts }, i) => {
    const address = `127.0.0.1:${3128 + i}`;
    const file = (extension: string, content: string) => ({
      path: `/etc/squid/agents/${agent}.${extension}`,
      content,
      permissions: "0644",
    });
    return [
      file("conf", squidConfig(rules(agent, address, hosts))),
      file("env", environmentFile({ PROXY: address })),
    ];
  });
}

/** One directive of squid's a line, as words. */
function rules(agent: string, address: string, hosts: readonly string[]): string[][] {
  const [port, list] = [`agent_${agent}`, `hosts_${agent}`];
  return [
    ["http_port", address, `name=${port}`],
    ["acl", port, "myportname", port],
    // -n: an address is no name, whatever its owner's reverse look-up says.
    ["acl", list, "dstdomain", "-n", ...new Set(hosts)],
    ["http_access", "allow", port, list, "!inner"],
    ["logformat", port, `agent=${agent}`, ...logged],
    ["access_log", "syslog:daemon.info", `logformat=${port}`, port],
  ];
}

/** Of each request, after the agent: no path and no query, which may hold secrets. */
const logged = [
  // TCP_DENIED is what was refused.
  "verdict=%Ss",
  "status=%>Hs",
  "method=%rm",
  "host=%>rd",
  "port=%>rP",
  "address=%<a",
  "bytes=%<st",
  "ms=%tr",
];

/** Squid splits at white space and reads on after a quote, so a word has neither. */
function squidConfig(directives: readonly string[][]): string {
  const odd = directives.flat().find((word) => !/^[A-Za-z0-9_.:=%<>!-]+$/.test(word));
  if (odd !== undefined) throw new Error(`${JSON.stringify(odd)}: squid would not read it as one word`);
  return directives.map((words) => `${words.join(" ")}\n`).join("");
}
