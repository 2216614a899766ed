import type { ResourceType } from "../shared/resource-type.ts";
import type { Api } from "./api.ts";
import type { Thing } from "./cloud-resource.ts";

export function volumeAttachment(connect: (signal: AbortSignal) => Api): ResourceType {
  return {
    inputs: {
      volumeId: { required: true, replaces: true },
      dropletId: { required: true, replaces: true },
    },

    async create({ volumeId, dropletId }, { signal }) {
      const api = connect(signal);
      await api.get(`/v2/volumes/${volumeId}`);
      await plug(api, "attach", volumeId, dropletId);
      return { id: `${dropletId}-${volumeId}`, outputs: { volumeId, dropletId } };
    },

    async read(_id, outputs, { signal }) {
      const answer = await connect(signal).find(`/v2/volumes/${outputs.volumeId}`);
      const attached = ((answer?.volume as Thing | undefined)?.droplet_ids ?? []) as unknown[];
      return attached.includes(outputs.dropletId) ? outputs : null;
    },

    async delete(_id, { volumeId, dropletId }, { signal }) {
      await plug(connect(signal), "detach", volumeId, dropletId);
    },
  };
}

export async function plug(
  api: Api,
  type: "attach" | "detach",
  volumeId: unknown,
  dropletId: unknown,
): Promise<void> {
  const started = await api.post(`/v2/volumes/${volumeId}/actions`, { droplet_id: dropletId, type });
  await api.action("/v2/actions", started);
}
