/**
 * The agent's own tools, which the gateway carries out: with paths and links out of the workspace, on the machine
 * instead of in the container, and tools that it was not given.
 */
import { type ToolCall, turn } from "../../machine/agent.ts";
import { inDroplet, outputOf } from "../../machine/in-droplet.ts";
import { type Attack, attacks, type Outcome } from "../attack.ts";

const marker = `planted-${Date.now()}`;

/** All in one turn, since each takes seconds to begin. */
const calls: ToolCall[] = [];
let answers: Promise<string[]> | undefined;

function ask(call: ToolCall): () => Promise<string> {
  const n = calls.push(call) - 1;
  return async () => {
    answers ??= turn(...calls);
    return (await answers)[n] ?? "";
  };
}

/** The call was one, and it was refused as an error. */
const tool = (tries: string, call: ToolCall, refused: RegExp): Attack => {
  const answer = ask(call);
  return {
    tries,
    attempt: async () => {
      const text = await answer();
      return { succeeded: !/"status": "error"|^Tool \w+ not found$/.test(text), answer: text };
    },
    refused,
  };
};

/** What the planted program and the calls below would have left on the machine. */
const left = async (): Promise<Outcome> => {
  await answers;
  const { stdout } = await inDroplet(`ls -d /var/lib/openclaw/${marker} /tmp/${marker} 2>/dev/null`);
  return { succeeded: stdout !== "", answer: stdout };
};

const containerOnly = /Sandbox path is container-only/;
const escapes = /Symlink escapes sandbox root|Docker command failed/;

ask({
  tool: "exec",
  command: `ln -sfn /proc/self/environ environ; ln -sfn /var/lib/openclaw state; ln -sfn /etc/openclaw/openclaw.json config
    mkdir -p bin; for place in . bin; do printf '#!/bin/sh\\ntouch /tmp/${marker}' > $place/docker; chmod +x $place/docker; done; ls`,
});
const own = ask({ tool: "read", path: "docker" });

const rows: Attack[] = [
  {
    ...tool(
      "read a file of the machine by its path",
      { tool: "read", path: "/etc/openclaw/openclaw.json" },
      containerOnly,
    ),
    control: {
      as: "for a file of its own",
      attempt: async () => {
        const answer = await own();
        return { succeeded: answer.includes("#!/bin/sh"), answer };
      },
    },
  },
  tool(
    "read the gateway's environment by a path with dots",
    { tool: "read", path: "../../../proc/self/environ" },
    containerOnly,
  ),
  tool("read the gateway's environment by a link", { tool: "read", path: "environ" }, containerOnly),
  tool("read the gateway's configuration by a link", { tool: "read", path: "config" }, escapes),
  tool(
    "write into the gateway's state by a link",
    { tool: "write", path: `state/${marker}`, content: "x" },
    escapes,
  ),
  tool(
    "edit the gateway's configuration by a link",
    { tool: "edit", path: "config", edits: [{ oldText: "{", newText: "{{" }] },
    escapes,
  ),
  tool(
    "patch a file into the gateway's state",
    {
      tool: "apply_patch",
      input: `*** Begin Patch\n*** Add File: state/${marker}\n+x\n*** Add File: /var/lib/openclaw/${marker}\n+x\n*** End Patch`,
    },
    escapes,
  ),
  tool(
    "run a command on the machine",
    { tool: "exec", command: `touch /tmp/${marker}`, host: "gateway", security: "full", ask: "off" },
    /exec host not allowed/,
  ),
  tool(
    "run a command with elevated rights",
    { tool: "exec", command: `touch /tmp/${marker}`, elevated: true },
    /elevated is not available/,
  ),
  ...["gateway", "nodes", "cron", "browser", "canvas", "web_fetch", "web_search", "message"].map((name) =>
    tool(
      `use the tool ${name}`,
      { tool: name, action: "list", url: "http://127.0.0.1:18789/" },
      /not found$/,
    ),
  ),
  {
    tries: "have the gateway run the docker that it wrote, and find what the calls above left",
    attempt: left,
    refused: /^$/,
    control: {
      as: "to see for who runs it",
      attempt: async () => {
        await outputOf("PATH=$(echo /var/lib/openclaw-workspaces/workspace-*/bin):$PATH docker");
        const outcome = await left();
        await outputOf(
          `rm -f /tmp/${marker} /var/lib/openclaw-workspaces/*/{docker,bin/docker,environ,state,config}`,
        );
        return outcome;
      },
    },
  },
];

attacks({ who: "the agent", wants: "the machine, by its tools", rows });
