import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Exchange {
  /** What was done to the stack. */
  readonly phase: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly response: unknown;
}

export type Request = Pick<Exchange, "method" | "path" | "body">;

/** What the official provider asked, and what it was answered; the file's first line says where that comes from. */
export const recorded: readonly Exchange[] = readFileSync(
  new URL("fixtures/official-requests.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => JSON.parse(line) as Exchange);

export interface Replay {
  readonly url: string;
  readonly seen: readonly Request[];
  close(): Promise<void>;
}

/** Answers one request after the other as it was answered then, whatever is asked; so `seen` shows what was asked. */
export async function replay(exchanges: readonly Exchange[]): Promise<Replay> {
  const seen: Request[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const answer = exchanges[seen.length];
    seen.push({
      method: request.method ?? "",
      path: request.url ?? "",
      body: body === "" ? null : JSON.parse(body),
    });
    response.writeHead(answer?.status ?? 500, { "Content-Type": "application/json" });
    response.end(answer?.response ? JSON.stringify(answer.response) : undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
