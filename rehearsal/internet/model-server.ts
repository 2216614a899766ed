/**
 * A model with an OpenAI-compatible API, a process of its own since it listens in the "internet" namespace. It
 * follows the script in the conversation (model-script.ts).
 * Usage: MODEL_KEY=KEY node model-server.ts ADDRESS PORT MODEL
 */
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type ChatRequest, type Reply, reply } from "./model-script.ts";

const [address, port, model] = process.argv.slice(2);
const key = process.env.MODEL_KEY;
if (!address || !port || !model || !key)
  throw new Error("usage: MODEL_KEY=KEY model-server.ts ADDRESS PORT MODEL");

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

createServer(async (request, response) => {
  const body = await text(request);
  if (request.headers.authorization !== `Bearer ${key}`)
    return json(response, 401, { error: { message: "Incorrect API key provided", code: "invalid_api_key" } });
  if (request.method === "GET" && request.url === "/v1/models")
    return json(response, 200, { object: "list", data: [{ id: model, object: "model" }] });
  if (request.method !== "POST" || request.url !== "/v1/chat/completions")
    return json(response, 404, { error: { message: `no such endpoint: ${request.method} ${request.url}` } });
  const chat = JSON.parse(body) as ChatRequest;
  const said = reply(chat);
  if (chat.stream) stream(response, said);
  else
    json(response, 200, {
      ...head("chat.completion"),
      choices: [{ index: 0, message: message(said), finish_reason: finish(said) }],
      usage,
    });
}).listen(Number(port), address, () => console.log("listening"));

const head = (object: string) => ({
  id: "chatcmpl-rehearsal",
  object,
  created: Math.floor(Date.now() / 1000),
  model,
});

function stream(response: ServerResponse, said: Reply): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (delta: object, finishReason: string | null) => ({
    ...head("chat.completion.chunk"),
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
