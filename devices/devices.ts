import { printable } from "./printable.ts";

/** Runs `openclaw WORDS` on the machine and gives its standard output; rejects when it fails. */
export type OpenClaw = (...words: readonly string[]) => Promise<string>;

/** What OpenClaw says of a browser or device. All but `deviceId` and `remoteIp` is the client's own claim. */
interface Client {
  /** Fingerprint of the client's key; a browser keeps it in localStorage["openclaw-device-identity-v1"]. */
  readonly deviceId: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly platform?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly remoteIp?: string;
}

/** It asks to be let in. */
export interface Pending extends Client {
  readonly requestId: string;
  /** When, in milliseconds since 1970. */
  readonly ts: number;
}

/** It is in. */
export interface Paired extends Client {
  readonly approvedAtMs: number;
  readonly lastSeenAtMs?: number;
}

export interface Devices {
  readonly pending: readonly Pending[];
  readonly paired: readonly Paired[];
}

export async function listDevices(openclaw: OpenClaw): Promise<Devices> {
  return JSON.parse(await openclaw("devices", "list", "--json")) as Devices;
}

/** Lets in who made this very request; says whom. */
export async function approve(openclaw: OpenClaw, requestId: string): Promise<string> {
  const { pending } = await listDevices(openclaw);
  const request = pending.find((one) => one.requestId === requestId);
  if (!request) throw new Error(`no request ${unknown(requestId, pending, "requestId")}`);
  await openclaw("devices", "approve", request.requestId, "--json");
  return `approved: ${printable(request.clientId)} at ${printable(request.remoteIp)}, fingerprint ${printable(request.deviceId)}`;
}

/** Puts a device out; says which. */
export async function revoke(openclaw: OpenClaw, deviceId: string): Promise<string> {
  const { paired } = await listDevices(openclaw);
  const device = paired.find((one) => one.deviceId === deviceId);
  if (!device) throw new Error(`no approved device ${unknown(deviceId, paired, "deviceId")}`);
  await openclaw("devices", "remove", device.deviceId, "--json");
  return `revoked: ${printable(device.clientId)}, fingerprint ${printable(device.deviceId)}`;
}

/** The rest of the sentence, with the IDs that there are. */
function unknown<Key extends string>(id: string, there: readonly Record<Key, string>[], key: Key): string {
  const ids = there.map((one) => printable(one[key])).join(", ");
  return `has the ID ${printable(id)}; there ${ids === "" ? "is none" : `are: ${ids}`}. Nothing was changed.`;
}
