/**
 * `node relay.ts SOCKET`: opens TCP connections from the network namespace it runs in, for whoever connects to its
 * Unix socket (which namespaces do not divide). A line of JSON in, a line "connected" or an error's code out, and
 * then the connection itself. Ends with its standard input, so that it outlives no test.
 */
import { connect, createServer } from "node:net";

const [path = ""] = process.argv.slice(2);

createServer((client) => {
  client.on("error", () => client.destroy());
  client.once("data", (line) => {
    const target = connect(JSON.parse(line.toString()));
    target.once("error", ({ code }: NodeJS.ErrnoException) => client.end(`${code}\n`));
    target.once("connect", () => {
      client.write("connected\n");
      client.pipe(target).pipe(client);
    });
    client.once("close", () => target.destroy());
    target.once("close", () => client.destroySoon());
  });
}).listen(path, () => console.log("listening"));

process.stdin.on("end", () => process.exit()).resume();
