import { openSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "../cache.ts";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { run } from "../host/run.ts";
import { until } from "../host/until.ts";
import { type Progress, step } from "../progress.ts";
import type { Addresses } from "./addresses.ts";
import type { Namespace } from "./namespace.ts";

export interface AcmeAuthority {
  /** Directory URL, as a Droplet reaches it. */
  readonly directory: string;
  /** PEM of both roots, of the directory's own HTTPS certificate and of what it issues: the component's `acme.caRoot`. */
  readonly caRoot: string;
  /** File with the PEM of the root that signs what it issues: what a client must trust. New at every start. */
  readonly rootCertificate: string;
}

const days = 24 * 60 * 60;
const pebbleSource = fileURLToPath(new URL("pebble", import.meta.url));

/** Starts Pebble, Let's Encrypt's test authority, strict, on the "internet" namespace's own address. */
export async function startAuthority(
  record: RunRecord,
  runDirectory: string,
  internet: Namespace,
  plan: Addresses,
  progress: Progress,
): Promise<AcmeAuthority> {
  const pebble = await buildAuthority(progress);
  const directory = join(runDirectory, "acme");
  record.add({ kind: "path", path: directory });
  await mkdir(directory, { mode: 0o700 });
  const address = plan.internet.authority;
  await makeEndpointCertificate(directory, address);

  const configuration = join(directory, "pebble.json");
  await writeFile(configuration, JSON.stringify({ pebble: settings(directory, address) }, null, 2));
  const log = openSync(join(directory, "pebble.log"), "a", 0o600);
  start(record, {
    name: "acme authority",
    command: "nsenter",
    args: [`--net=${internet.path}`, "--", pebble, "-strict", "-config", configuration],
    stdio: ["ignore", log, log],
    env: { ...process.env, PEBBLE_VA_NOSLEEP: "1" }, // no random pause of up to 15 s before it validates
  });

  const caFile = join(directory, "endpoint-ca.pem");
  const rootCertificate = join(directory, "root.pem");
  let root = "";
  await until(
    async () => {
      const url = `https://${address}:15000/roots/0`;
      root = await internet.run("curl", ["--silent", "--fail", "--cacert", caFile, url]).catch(() => "");
      return root !== "";
    },
    `Pebble to start; see ${join(directory, "pebble.log")}`,
  );
  await writeFile(rootCertificate, root);
  return {
    directory: `https://${address}:14000/dir`,
    caRoot: `${await readFile(caFile, "utf8")}${root}`,
    rootCertificate,
  };
}

const settings = (directory: string, address: string) => ({
  listenAddress: `${address}:14000`,
  managementListenAddress: `${address}:15000`,
  certificate: join(directory, "endpoint.pem"),
  privateKey: join(directory, "endpoint.key"),
  httpPort: 80,
  tlsPort: 443,
  ocspResponderURL: "",
  externalAccountBindingRequired: false,
  keyAlgorithm: "ecdsa",
  retryAfter: { authz: 1, order: 1 },
  // as Let's Encrypt's of the same names
  profiles: {
    default: { description: "90 days", validityPeriod: 90 * days },
    shortlived: { description: "6 days, also for IP addresses", validityPeriod: 6 * days },
  },
});

export async function buildAuthority(progress: Progress): Promise<string> {
  const ingredients = await Promise.all(
    ["go.mod", "go.sum"].map((name) => readFile(join(pebbleSource, name), "utf8")),
  );
  const directory = await cached("pebble", [...ingredients, process.arch], (part) =>
    step(progress, "building the ACME test authority (Pebble)", async () => {
      const target = "github.com/letsencrypt/pebble/v2/cmd/pebble";
      await run("go", [
        "build",
        "-C",
        pebbleSource,
        "-mod=readonly",
        "-trimpath",
        "-o",
        join(part, "pebble"),
        target,
      ]);
    }),
  );
  return join(directory, "pebble");
}

/** A certificate for the endpoint's IP address by an authority that signs nothing else. */
async function makeEndpointCertificate(directory: string, address: string): Promise<void> {
  const file = (name: string) => join(directory, name);
  const key = (name: string) => [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    file(name),
  ];
  const certificate = ["req", "-x509", "-days", "365"];
  await run("openssl", [
    ...[...certificate, ...key("endpoint-ca.key"), "-out", file("endpoint-ca.pem")],
    ...["-subj", "/CN=Rehearsal ACME endpoint CA", "-addext", "keyUsage=critical,keyCertSign"],
  ]);
  await run("openssl", [
    ...[...certificate, ...key("endpoint.key"), "-out", file("endpoint.pem")],
    ...[
      "-CA",
      file("endpoint-ca.pem"),
      "-CAkey",
      file("endpoint-ca.key"),
      "-subj",
      "/CN=Rehearsal ACME endpoint",
    ],
    ...["-addext", `subjectAltName=IP:${address}`, "-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
}
