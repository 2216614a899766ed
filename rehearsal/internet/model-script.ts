/** The part of OpenAI's chat completions that the rehearsal's model reads. */
export interface ChatRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly Message[];
}

interface Message {
  readonly role: string;
  readonly content?: string | readonly { readonly text?: string }[] | null;
}

/** What a model adds to a conversation: words, or the call of one tool. */
export type Reply =
  | { readonly text: string }
  | { readonly tool: string; readonly arguments: string; readonly id: string };

/**
 * What the rehearsal's model says next. A user's message is its script: each `TOOL:name {json} END` in it is a tool
 * call, made one after the other; then it tells what the tools answered, as `RESULT<<...>>` for each.
 */
export function reply({ messages = [] }: ChatRequest): Reply {
  const start = messages.findLastIndex((one) => one.role === "user" && calls(one).length > 0);
  const script = messages[start];
  if (script === undefined) return { text: "There is no TOOL:name {json} END in what you wrote." };
  const results = messages.slice(start).filter((one) => one.role === "tool");
  const next = calls(script)[results.length];
  if (next !== undefined) return { ...next, id: `call_${start}_${results.length}` };
  return { text: results.map((one) => `RESULT<<${textOf(one)}>>`).join("\n") };
}

function calls(message: Message): { tool: string; arguments: string }[] {
  return [...textOf(message).matchAll(/TOOL:(\w+) (\{.*?\})\s*END/gs)].map(([, tool = "", json = ""]) => ({
    tool,
    arguments: json,
  }));
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}
