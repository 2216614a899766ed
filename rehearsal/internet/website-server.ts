/**
 * Websites by http and https, a process of its own since they are in the "internet" namespace. Each says which it is;
 * /redirect leads from the public one to the private one.
 * Usage: node website-server.ts KEY CERTIFICATE PUBLIC PRIVATE
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";

const [keyFile, certificateFile, publicAddress, privateAddress] = process.argv.slice(2);
if (!keyFile || !certificateFile || !publicAddress || !privateAddress)
  throw new Error("usage: website-server.ts KEY CERTIFICATE PUBLIC PRIVATE");
const tls = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };

const site =
  (name: string): RequestListener =>
  (request, response) => {
    if (request.url === "/redirect") response.writeHead(302, { location: `http://${privateAddress}/` });
    response.end(`the ${name} website\n`);
  };

const listening = Object.entries({ public: publicAddress, private: privateAddress }).flatMap(
  ([name, address]) => [
    once(createHttpServer(site(name)).listen(80, address), "listening"),
    once(createHttpsServer(tls, site(name)).listen(443, address), "listening"),
  ],
);
await Promise.all(listening);
console.log("listening");
