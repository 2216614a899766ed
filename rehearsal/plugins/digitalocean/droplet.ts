import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../shared/properties.ts";
import type { Api } from "./api.ts";
import { type CloudResource, idOf, type Thing } from "./cloud-resource.ts";
import { retag } from "./tag.ts";
import { plug } from "./volume-attachment.ts";

/** What the API does not give back; it stays as it was last given. */
const remembered = ["userData", "sshKeys", "dropletAgent", "backupPolicy", "gracefulShutdown", "resizeDisk"];

export const droplet: CloudResource = {
  inputs: {
    name: {},
    region: { replaces: true, computed: true },
    size: { required: true },
    image: { required: true, replaces: true },
    userData: { replaces: true, output: (text) => createHash("sha1").update(String(text)).digest("hex") },
    sshKeys: { replaces: true, set: true },
    vpcUuid: { replaces: true, computed: true },
    monitoring: { replaces: true, default: false },
    dropletAgent: { replaces: (old) => old === true },
    ipv6: { replaces: (old) => old === true, default: false },
    backups: { default: false },
    backupPolicy: {},
    tags: { set: true },
    volumeIds: { set: true, computed: true },
    gracefulShutdown: { default: false },
    resizeDisk: { default: true },
  },
  autoName: true,
  collection: () => "/v2/droplets",
  envelope: "droplet",
  idProperty: "id",
  body: (inputs) => ({
    name: inputs.name,
    region: inputs.region,
    size: inputs.size,
    image: numeric(inputs.image),
    ssh_keys: (inputs.sshKeys as unknown[] | undefined)?.map(numeric) ?? null,
    backups: inputs.backups ?? false,
    ipv6: inputs.ipv6 ?? false,
    private_networking: false,
    monitoring: inputs.monitoring ?? false,
    user_data: inputs.userData,
    tags: inputs.tags ?? [],
    vpc_uuid: inputs.vpcUuid,
    volumes: (inputs.volumeIds as string[] | undefined)?.map((id) => ({ id })),
    backup_policy: inputs.backupPolicy,
    with_droplet_agent: inputs.dropletAgent,
  }),
  settled: (api, path) => untilStatus(api, path, "new", "active"),
  outputs: (thing, known) => ({
    ...Object.fromEntries(remembered.map((name) => [name, known[name] ?? defaults[name]])),
    name: thing.name,
    region: (thing.region as Thing).slug,
    size: thing.size_slug,
    image: (thing.image as Thing).slug ?? String((thing.image as Thing).id),
    vpcUuid: thing.vpc_uuid,
    monitoring: hasFeature(thing, "monitoring"),
    backups: hasFeature(thing, "backups"),
    ipv6: hasFeature(thing, "ipv6"),
    privateNetworking: hasFeature(thing, "private_networking"),
    publicNetworking: address(thing, "v4", "public") !== "",
    ipv4Address: address(thing, "v4", "public"),
    ipv4AddressPrivate: address(thing, "v4", "private"),
    ipv6Address: address(thing, "v6", "public"),
    tags: thing.tags,
    volumeIds: thing.volume_ids,
    memory: thing.memory,
    vcpus: thing.vcpus,
    disk: thing.disk,
    priceHourly: (thing.size as Thing).price_hourly,
    priceMonthly: (thing.size as Thing).price_monthly,
    status: thing.status,
    locked: thing.locked,
    createdAt: thing.created_at,
    dropletUrn: `do:droplet:${thing.id}`,
  }),
  update,
  async remove(api, path, outputs) {
    await api.get(path);
    if (outputs.gracefulShutdown) {
      await api.post(`${path}/actions`, { type: "shutdown" });
      await untilStatus(api, path, "active", "off");
    }
    await replug(api, path, outputs.volumeIds, []);
    await api.delete(path);
    await api.until(path, (answer) => answer === null);
  },
};

const defaults: Properties = { gracefulShutdown: false, resizeDisk: true };

async function update(api: Api, path: string, olds: Properties, news: Properties): Promise<void> {
  const act = (body: Thing) => api.post(`${path}/actions`, body);
  const finish = async (body: Thing) => api.action("/v2/actions", await act(body));

  if (news.size !== olds.size) {
    await act({ type: "power_off" });
    await untilStatus(api, path, "active", "off");
    try {
      await finish({ disk: news.resizeDisk ?? true, size: news.size, type: "resize" });
    } finally {
      await act({ type: "power_on" });
      await untilStatus(api, path, "off", "active");
    }
  }
  if (news.name !== olds.name) {
    await act({ name: news.name, type: "rename" });
    await untilDroplet(api, path, ({ name }) => name === news.name);
  }
  if (!news.backups && olds.backups) await finish({ type: "disable_backups" });
  if (news.backups && !olds.backups) {
    await finish({ type: "enable_backups", backup_policy: news.backupPolicy });
  } else if (news.backups && !isDeepStrictEqual(news.backupPolicy, olds.backupPolicy)) {
    await finish({ type: "change_backup_policy", backup_policy: news.backupPolicy });
  }
  if (news.ipv6 && !olds.ipv6) {
    await act({ type: "enable_ipv6" });
    await untilDroplet(api, path, (thing) => hasFeature(thing, "ipv6"));
  }
  await retag(api, { id: idOf(path), type: "droplet" }, olds.tags, news.tags);
  await replug(api, path, olds.volumeIds, news.volumeIds ?? olds.volumeIds);
}

async function replug(api: Api, path: string, before: unknown, after: unknown): Promise<void> {
  const dropletId = Number(idOf(path));
  const [old, now] = [(before ?? []) as string[], (after ?? []) as string[]];
  for (const id of now) if (!old.includes(id)) await plug(api, "attach", id, dropletId);
  for (const id of old) if (!now.includes(id)) await plug(api, "detach", id, dropletId);
}

async function untilDroplet(api: Api, path: string, done: (droplet: Thing) => boolean): Promise<Thing> {
  let droplet: Thing = {};
  await api.until(path, (answer) => {
    if (answer === null) throw new Error(`${path} is gone`);
    droplet = answer.droplet as Thing;
    return done(droplet);
  });
  return droplet;
}

/** A status that is neither of the two will not become the one that is wanted: a Droplet that failed to boot is off. */
function untilStatus(api: Api, path: string, pending: string, target: string): Promise<Thing> {
  return untilDroplet(api, path, ({ status, locked }) => {
    if (!locked && status !== pending && status !== target)
      throw new Error(`unexpected state '${status}', wanted target '${target}'`); // as the official one says it
    return !locked && status === target;
  });
}

const hasFeature = (thing: Thing, feature: string) => (thing.features as string[]).includes(feature);

/** Images and SSH keys are named by slug or fingerprint, or by number. */
const numeric = (name: unknown) => (/^\d+$/.test(String(name)) ? Number(name) : name);

function address(thing: Thing, version: "v4" | "v6", kind: string): string {
  const all = ((thing.networks as Thing)[version] ?? []) as { type: string; ip_address: string }[];
  return all.find(({ type }) => type === kind)?.ip_address ?? "";
}
