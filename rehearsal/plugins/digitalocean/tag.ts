import type { Api } from "./api.ts";
import type { CloudResource, Thing } from "./cloud-resource.ts";

export const tag: CloudResource = {
  inputs: { name: { replaces: true } },
  autoName: true,
  collection: () => "/v2/tags",
  envelope: "tag",
  idProperty: "name",
  body: ({ name }) => ({ name }),
  outputs: ({ name, resources }) => {
    const counts = resources as Record<string, Thing> & { count: number };
    return {
      name,
      totalResourceCount: counts.count,
      dropletsCount: counts.droplets?.count,
      imagesCount: counts.images?.count,
      volumesCount: counts.volumes?.count,
      volumeSnapshotsCount: counts.volume_snapshots?.count,
      databasesCount: counts.databases?.count,
    };
  },
};

/** Changes the tags of a thing in place. */
export async function retag(
  api: Api,
  thing: { id: string; type: "droplet" | "volume" },
  olds: unknown,
  news: unknown,
): Promise<void> {
  const [before, after] = [olds, news].map((tags) => (tags ?? []) as string[]) as [string[], string[]];
  const body = { resources: [{ resource_id: thing.id, resource_type: thing.type }] };
  for (const name of before.filter((name) => !after.includes(name))) {
    await api.delete(`/v2/tags/${name}/resources`, body);
  }
  for (const name of after.filter((name) => !before.includes(name))) {
    await api.post("/v2/tags", { name });
    await api.post(`/v2/tags/${name}/resources`, body);
  }
}
