/**
 * Models with an OpenAI-compatible API, a process of its own since it listens in the "internet" namespace. They
 * follow the script in the conversation (model-script.ts), each for its own key.
 * Usage: MODEL_KEYS='{"ID": "KEY"}' node model-server.ts ADDRESS PORT
 */
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type ChatRequest, type Reply, reply } from "./model-script.ts";

const [address, port] = process.argv.slice(2);
const keys = new Map(Object.entries(JSON.parse(process.env.MODEL_KEYS ?? "{}") as Record<string, string>));
if (!address || !port || keys.size === 0)
  throw new Error(`usage: MODEL_KEYS='{"ID": "KEY"}' model-server.ts ADDRESS PORT`);

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

createServer(async (request, response) => {
  const body = await text(request);
  const [model] = [...keys].find(([, key]) => request.headers.authorization === `Bearer ${key}`) ?? [];
  if (model === undefined)
    return json(response, 401, { error: { message: "Incorrect API key provided", code: "invalid_api_key" } });
  if (request.method === "GET" && request.url === "/v1/models")
    return json(response, 200, { object: "list", data: [{ id: model, object: "model" }] });
  if (request.method !== "POST" || request.url !== "/v1/chat/completions")
    return json(response, 404, { error: { message: `no such endpoint: ${request.method} ${request.url}` } });
  const chat = JSON.parse(body) as ChatRequest;
  if (chat.model !== model)
    return json(response, 404, { error: { message: `this key has no model ${chat.model}` } });
  const said = reply(chat);
  if (chat.stream) stream(response, model, said);
  else
    json(response, 200, {
      ...head(model, "chat.completion"),
      choices: [{ index: 0, message: message(said), finish_reason: finish(said) }],
      usage,
    });
}).listen(Number(port), address, () => console.log("listening"));

const head = (model: string, object: string) => ({
  id: "chatcmpl-rehearsal",
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

function stream(response: ServerResponse, model: string, said: Reply): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (delta: object, finishReason: string | null) => ({
    ...head(model, "chat.completion.chunk"),
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
  const events = [chunk(message(said), null), { ...chunk({}, finish(said)), usage }];
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end("data: [DONE]\n\n");
}

function message(said: Reply): object {
  if ("text" in said) return { role: "assistant", content: said.text };
  const call = { name: said.tool, arguments: said.arguments };
  return { role: "assistant", tool_calls: [{ index: 0, id: said.id, type: "function", function: call }] };
}

const finish = (said: Reply) => ("text" in said ? "stop" : "tool_calls");

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
