/** The one booted Droplet that all machine tests share; loading this module waits for it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prepareEngine } from "../../rehearsal/engine/engine.ts";
import { startTime } from "../../rehearsal/host/process.ts";
import { RunRecord } from "../../rehearsal/host/record.ts";
import { addresses } from "../../rehearsal/internet/addresses.ts";
import { resolverLog } from "../../rehearsal/internet/resolver.ts";
import { Stack } from "../../rehearsal/stack.ts";
import { readStatus, type Status } from "../../rehearsal/status.ts";

export const runDirectory = process.env.TEST_RUN_DIRECTORY ?? "";

/** Who boots it; 0 when it was booted by hand. */
const bootPid = Number(process.env.TEST_BOOT_PID ?? 0);
const status = await waitForStack();
export const stack = new Stack(await prepareEngine(() => {}), runDirectory, status);
const plan = await addressPlan();

export const gateway = {
  ...(await stackOutputs()),
  /** The rehearsal's root certificate, PEM: the only one that the tests trust. */
  ca: await readFile(status.caCertificate, "utf8"),
  /** What the Droplet sees this host come from: the one address in admin.cidrs. */
  hostAddress: plan.host.host,
  /** Addresses on the Internet to be another client from. */
  clientAddresses: plan.internet.clients,
  /** Addresses of websites: one on the Internet, one on a private network that the Droplet reaches. */
  websites: { public: plan.internet.websites, private: plan.internet.inner },
  /** File with a line for each name that the Droplet asked for. */
  resolverLog: resolverLog(runDirectory),
  /** The router's own address on the Internet: what it sends meets no cloud firewall. */
  routerAddress: plan.internet.router,
  /** File with the private key of the user admin. */
  adminKey: join(runDirectory, "admin-key"),
};

/** After an `up` that replaced the Droplet. */
export async function lookAgain(): Promise<void> {
  Object.assign(gateway, await stackOutputs());
}

async function stackOutputs() {
  const outputs = await stack.outputs();
  return {
    url: String(outputs.url),
    /** The Reserved IP, which the URL names. */
    address: String(outputs.ipAddress),
    key: String(outputs.gatewayKey),
    dropletId: Number(outputs.dropletId),
    /** What the machine proves itself with: `ssh-ed25519 AAAA...`. */
    sshHostKey: String(outputs.sshHostKey),
    versions: outputs.versions as Readonly<Record<string, string>>,
    /** The Droplet's own public address. */
    dropletAddress: await publicAddress(Number(outputs.dropletId)),
  };
}

/** tests/run.ts boots it beside jest. A first boot on a computer builds much before. */
async function waitForStack(): Promise<Status> {
  if (runDirectory === "") throw new Error("there is no booted Droplet: run npm test machine");
  const end = Date.now() + 20 * 60_000;
  for (;;) {
    const now = await readStatus(runDirectory);
    if (now?.state === "up") return now;
    if (now?.state === "failed") throw new Error("the stack did not come up: see the lines marked [boot]");
    if (bootPid > 0 && (await startTime(bootPid)) === undefined)
      throw new Error("the rehearsal ended before its stack was up: see the lines marked [boot]");
    if (Date.now() > end)
      throw new Error("the stack is not up after 20 minutes: see the lines marked [boot]");
    await sleep(500);
  }
}

/** The addresses of the rehearsal's slot, which its record names. */
async function addressPlan() {
  const made = await new RunRecord(runDirectory).read();
  const slot = made.findLast((one) => one.kind === "slot")?.path.match(/\d+$/)?.[0];
  if (slot === undefined) throw new Error(`no slot in the record of ${runDirectory}`);
  return addresses(Number(slot));
}

/** What the API stand-in lists: "droplets", "volumes" ... */
export async function inCloud(kind: string): Promise<unknown[]> {
  return (await askCloud<Record<string, unknown[]>>(kind))[kind] ?? [];
}

async function publicAddress(dropletId: number): Promise<string> {
  const { droplet } = await askCloud<{
    droplet: { networks: { v4: { type: string; ip_address: string }[] } };
  }>(`droplets/${dropletId}`);
  const address = droplet.networks.v4.find(({ type }) => type === "public")?.ip_address;
  if (address === undefined) throw new Error(`Droplet ${dropletId} has no public address`);
  return address;
}

async function askCloud<T>(path: string): Promise<T> {
  const headers = { authorization: "Bearer rehearsal" };
  const response = await fetch(new URL(`/v2/${path}`, status.api), { headers });
  if (!response.ok) throw new Error(`the API stand-in answered ${response.status} to GET ${path}`);
  return (await response.json()) as T;
}
