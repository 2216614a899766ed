import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { BlockList } from "node:net";
import { dirname, join } from "node:path";
import { type Addresses, addresses, slots } from "../internet/addresses.ts";
import type { RunRecord } from "./record.ts";
import { errorCode, run } from "./run.ts";

export const slotDirectory = "/run/openclaw-droplet";
const slotFile = (slot: number) => join(slotDirectory, `slot-${slot}`);

/** Takes the first slot that nobody has and whose addresses the host does not use; clean-up gives it back. */
export async function takeSlot(record: RunRecord, runDirectory: string): Promise<Addresses> {
  const used = await hostNetworks();
  for (const slot of slots) {
    const plan = addresses(slot);
    if (collides(plan, used)) continue;
    const path = slotFile(slot);
    record.add({ kind: "slot", path });
    if (await take(path, runDirectory)) return plan;
  }
  throw new Error(
    "no free slot for a rehearsal: its 16 address blocks in 198.51.100.0/24 and 198.18.0.0/20 are in use; take another rehearsal down",
  );
}

/** Gives a slot back, if it is this run's. */
export async function giveBack(path: string, runDirectory: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === runDirectory) await rm(path, { force: true });
}

async function take(path: string, runDirectory: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const holder = await readFile(path, "utf8").catch(() => undefined);
  // a run directory that was deleted by hand cannot be cleaned up any more
  if (holder !== undefined && holder !== "" && !existsSync(holder)) await rm(path, { force: true });
  try {
    await writeFile(path, runDirectory, { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

interface Network {
  readonly address: string;
  readonly prefix: number;
}

/** The networks that the host has a route to, apart from the whole Internet in one or a few pieces. */
async function hostNetworks(): Promise<Network[]> {
  const routes = JSON.parse(await run("ip", ["-4", "-json", "route", "show", "table", "all"])) as {
    dst: string;
  }[];
  return routes
    .filter(({ dst }) => dst !== "default")
    .map(({ dst }) => {
      const [address = "", prefix = "32"] = dst.split("/");
      return { address, prefix: Number(prefix) };
    })
    .filter(({ prefix }) => prefix >= 8);
}

function collides(plan: Addresses, used: readonly Network[]): boolean {
  const ours = [plan.publicBlock, `198.18.${plan.slot}.0/24`].map((block) => {
    const [address = "", prefix] = block.split("/");
    return { address, prefix: Number(prefix) };
  });
  return ours.some((our) =>
    used.some((their) => contains(our, their.address) || contains(their, our.address)),
  );
}

function contains(network: Network, address: string): boolean {
  const list = new BlockList();
  list.addSubnet(network.address, network.prefix, "ipv4");
  return list.check(address, "ipv4");
}
