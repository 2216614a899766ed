/**
 * The metadata service, a process of its own since it listens in the router's namespace.
 * Usage: node metadata-server.ts DIRECTORY, which holds ADDRESS.json for every Droplet. A Droplet is told by the
 * address its packets come from; the router lets none come from another's.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { answer, type Metadata } from "./metadata.ts";

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("usage: metadata-server.ts DIRECTORY");

createServer(async (request, response) => {
  const address = request.socket.remoteAddress ?? "";
  const text = await readFile(join(directory, `${address}.json`), "utf8").catch(() => undefined);
  const path = new URL(request.url ?? "/", "http://metadata").pathname;
  if (text === undefined || request.method !== "GET") response.writeHead(404).end();
  else {
    const { status, type, body } = answer(JSON.parse(text) as Metadata, path);
    if (status === 301) response.writeHead(status, { location: body }).end();
    else response.writeHead(status, { "content-type": type ?? "text/plain" }).end(body);
  }
}).listen(80, "169.254.169.254", () => console.log("listening"));
