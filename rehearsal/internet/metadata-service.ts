import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import type { Metadata } from "./metadata.ts";
import type { Namespace } from "./namespace.ts";

const server = fileURLToPath(new URL("metadata-server.ts", import.meta.url));

/** What the metadata service tells Droplets; it reads the document anew for every request. */
export class MetadataService {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async start(record: RunRecord, runDirectory: string, router: Namespace): Promise<MetadataService> {
    const directory = join(runDirectory, "metadata");
    record.add({ kind: "path", path: directory });
    await mkdir(directory, { mode: 0o700 }); // user data is secret
    const child = start(record, {
      name: "metadata service",
      command: "nsenter",
      args: [`--net=${router.path}`, "--", process.execPath, server, directory],
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((listening, reject) => {
      child.stdout?.once("data", listening);
      child.once("exit", (code) => reject(new Error(`the metadata service did not start (${code})`)));
    });
    return new MetadataService(directory);
  }

  async publish(address: string, document: Metadata): Promise<void> {
    const path = this.#path(address);
    await writeFile(`${path}.new`, JSON.stringify(document), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async withdraw(address: string): Promise<void> {
    await rm(this.#path(address), { force: true });
  }

  #path(address: string): string {
    return join(this.#directory, `${address}.json`);
  }
}
