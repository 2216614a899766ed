import { type CloudResource, idOf, type Thing } from "./cloud-resource.ts";
import { retag } from "./tag.ts";

export const volume: CloudResource = {
  inputs: {
    name: { replaces: true },
    region: { required: true, replaces: true },
    size: { required: true },
    description: { replaces: true },
    initialFilesystemType: { replaces: true },
    initialFilesystemLabel: { replaces: true },
    snapshotId: { replaces: true },
    tags: { set: true },
  },
  autoName: true,
  collection: () => "/v2/volumes",
  envelope: "volume",
  idProperty: "id",
  body: (inputs) => ({
    region: inputs.region,
    name: inputs.name,
    description: inputs.description ?? "",
    size_gigabytes: inputs.size,
    snapshot_id: inputs.snapshotId ?? "",
    filesystem_type: inputs.initialFilesystemType ?? "",
    filesystem_label: inputs.initialFilesystemLabel ?? "",
    tags: inputs.tags ?? [],
  }),
  outputs: (thing, known) => ({
    initialFilesystemType: known.initialFilesystemType,
    initialFilesystemLabel: known.initialFilesystemLabel,
    snapshotId: known.snapshotId,
    name: thing.name,
    region: (thing.region as Thing).slug,
    size: thing.size_gigabytes,
    description: thing.description,
    filesystemType: thing.filesystem_type,
    filesystemLabel: thing.filesystem_label,
    tags: thing.tags,
    dropletIds: thing.droplet_ids,
    volumeUrn: `do:volume:${thing.id}`,
  }),
  checkChange(olds, news) {
    if (Number(news.size) < Number(olds.size)) {
      throw new Error("volumes `size` can only be expanded and not shrunk"); // as the official one says it
    }
  },
  async update(api, path, olds, news) {
    if (news.size !== olds.size) {
      const resize = { region: olds.region, size_gigabytes: news.size, type: "resize" };
      await api.action("/v2/actions", await api.post(`${path}/actions`, resize));
    }
    await retag(api, { id: idOf(path), type: "volume" }, olds.tags, news.tags);
  },
};
