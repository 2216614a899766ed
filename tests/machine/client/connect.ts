import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectHere, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunRecord } from "../../../rehearsal/host/record.ts";
import { gateway, runDirectory } from "../gateway.ts";

/** Where a client is. */
export interface Place {
  readonly namespace: "host" | "internet" | "router";
  readonly address: string;
}

const client = (index: number): Place => {
  const address = gateway.clientAddresses[index];
  if (address === undefined) throw new Error(`the Internet has no client ${index}`);
  return { namespace: "internet", address };
};

/** Each address has one use, so that what the gateway holds against it meets no other test. */
export const places = {
  /** This computer, where the administrator sits: never a place to guess from. */
  host: { namespace: "host", address: gateway.hostAddress },
  /** Between the cloud firewall and the Droplet: meets the Droplet's own packet filter alone. */
  router: { namespace: "router", address: gateway.routerAddress },
  scanner: client(0),
  bystander: client(1),
  forger: client(2),
  wrongKey: client(3),
  guesser: client(4),
  httpGuesser: client(5),
  oldPage: client(6),
  browser: client(7),
  browserWithWrongKey: client(8),
  // of tests/attack
  smuggler: client(10),
  prober: client(11),
  burglar: client(12),
  pairer: client(13),
  unpaired: client(14),
  flooder: client(15),
  slow: client(16),
  crowd: client(17),
  thief: client(18),
} satisfies Record<string, Place>;

const sockets = new Set<Socket>();
const relays = new Map<string, Promise<{ socket: string; end(): Promise<void> }>>();

/** Opens a TCP connection as a client at that place; rejects with the system's own error code. */
export async function connect(
  from: Place,
  port: number,
  host = gateway.address,
  signal = AbortSignal.timeout(10_000),
): Promise<Socket> {
  const target = { host, port, localAddress: from.address };
  const socket = connectHere(from.namespace === "host" ? target : await relayInto(from.namespace));
  sockets.add(socket.once("close", () => sockets.delete(socket)));
  try {
    await once(socket, "connect", { signal });
    if (from.namespace !== "host") await relayed(socket, target, signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Asks the relay for a connection, which is then this socket's. */
async function relayed(socket: Socket, target: object, signal: AbortSignal): Promise<void> {
  socket.write(`${JSON.stringify(target)}\n`);
  // "data" would leave it flowing or paused; after this it is as fresh as a connection of our own.
  await once(socket, "readable", { signal });
  const data = socket.read() as Buffer;
  const end = data.indexOf("\n");
  const answer = data.subarray(0, end).toString();
  if (answer !== "connected") throw Object.assign(new Error(answer), { code: answer });
  if (end + 1 < data.length) socket.unshift(data.subarray(end + 1));
}

async function relayInto(namespace: string): Promise<{ path: string }> {
  const relay = relays.get(namespace) ?? startRelay(namespace);
  relays.set(namespace, relay);
  return { path: (await relay).socket };
}

async function startRelay(namespace: string) {
  const holder = await new RunRecord(runDirectory).process(namespace);
  if (holder === undefined) throw new Error(`the rehearsal has no namespace ${namespace}`);
  const scratch = await mkdtemp(join(tmpdir(), "openclaw-droplet-relay-"));
  const socket = join(scratch, "socket");
  const program = [process.execPath, join(import.meta.dirname, "relay.ts"), socket];
  const child: ChildProcess = spawn("nsenter", [`--net=/proc/${holder.pid}/ns/net`, "--", ...program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.stdout) await once(child.stdout, "data");
  const end = async () => {
    child.stdin?.end();
    if (child.exitCode === null) await once(child, "exit");
    await rm(scratch, { recursive: true });
  };
  return { socket, end };
}

/** Nothing of this process stays connected, also after a test that failed half way. */
export async function disconnect(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  for (const relay of relays.values()) await (await relay).end();
  relays.clear();
}
