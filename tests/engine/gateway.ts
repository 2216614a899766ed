import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = (args: string[]) => promisify(execFile)("openssl", args);

export interface Gateway {
  /** PEM of the root of the authority that signed its certificate. */
  readonly caRoot: string;
  close(): Promise<void>;
}

/** In the place of a booted machine: answers at https://`address` when `isUp`, with a certificate for that address. */
export async function startGateway(address: string, isUp: () => boolean): Promise<Gateway> {
  const { caRoot, key, cert } = await certificate(address);
  const server = createServer({ key, cert }, (_request, response) => {
    response.writeHead(isUp() ? 200 : 503).end();
  });
  server.listen(443, address);
  await once(server, "listening");
  return {
    caRoot,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function certificate(address: string): Promise<{ caRoot: string; key: string; cert: string }> {
  const directory = await mkdtemp(join(tmpdir(), "openclaw-droplet-ca-"));
  const file = (name: string) => join(directory, name);
  const newKey = [
    "req",
    "-x509",
    "-days",
    "2",
    "-nodes",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
  ];
  try {
    const root = ["-keyout", file("root.key"), "-out", file("root.pem"), "-subj", "/CN=engine test root"];
    await openssl([...newKey, ...root]);
    const leaf = ["-keyout", file("leaf.key"), "-out", file("leaf.pem"), "-subj", "/CN=engine test gateway"];
    const names = [
      "-addext",
      `subjectAltName=IP:${address}`,
      "-addext",
      "basicConstraints=critical,CA:FALSE",
    ];
    await openssl([...newKey, ...leaf, ...names, "-CA", file("root.pem"), "-CAkey", file("root.key")]);
    const [caRoot, key, cert] = await Promise.all(
      ["root.pem", "leaf.key", "leaf.pem"].map((name) => readFile(file(name), "utf8")),
    );
    if (!caRoot || !key || !cert) throw new Error("openssl made an empty file");
    return { caRoot, key, cert };
  } finally {
    await rm(directory, { recursive: true });
  }
}
