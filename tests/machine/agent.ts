/** An agent, "main" unless another is named: turns that the rehearsal's model leads, and the container that it works in. */
import { inDroplet, outputOf } from "./in-droplet.ts";

export interface ToolCall {
  readonly tool: string;
  readonly [argument: string]: unknown;
}

/**
 * One turn of the agent in which it makes these calls, as a message from a user asks for it; resolves to what each
 * tool answered. The message is a script to the model: see rehearsal/internet/model-script.ts.
 */
export function turn(...calls: readonly ToolCall[]): Promise<string[]> {
  return turnOf("main", ...calls);
}

export async function turnOf(agent: string, ...calls: readonly ToolCall[]): Promise<string[]> {
  const message = calls.map(({ tool, ...args }) => `TOOL:${tool} ${JSON.stringify(args)} END`).join("\n");
  const output = await outputOf(`openclaw agent --agent ${agent} --message "$(cat)" --json`, message).catch(
    async (error: Error) => {
      // OpenClaw tells the runtime's exit code, and not what the runtime said.
      const { stdout } = await inDroplet("journalctl --unit openclaw-sandbox --lines 20 --output cat");
      throw new Error(`${error.message}\n${stdout}`);
    },
  );
  const { result } = JSON.parse(output) as { result: { payloads: readonly { text: string }[] } };
  const text = result.payloads.map((payload) => payload.text).join("\n");
  const answers = [...text.matchAll(/RESULT<<(.*?)>>(?=\nRESULT<<|$)/gs)].map(([, answer = ""]) => answer);
  if (answers.length !== calls.length) throw new Error(`not an answer to each of ${message}: ${text}`);
  return answers;
}

/** What a shell command printed that the agent ran. */
export async function agentShell(command: string, agent = "main"): Promise<string> {
  const [answer = ""] = await turnOf(agent, { tool: "exec", command });
  return answer;
}

export const socket = "/run/openclaw-sandbox/docker.sock";
export const image = "openclaw-sandbox:trixie-slim";

/** Docker's command line as root. */
export const docker = (command: string) => outputOf(`DOCKER_HOST=unix://${socket} docker ${command}`);

/** The agent's container. */
export const container = (agent = "main") =>
  outputOf(
    `DOCKER_HOST=unix://${socket} docker ps --all --format '{{ .ID }} {{ .Label "openclaw.sessionKey" }}' |
       awk '$2 ~ /^agent:${agent}:/ { print $1 }'`,
  );
