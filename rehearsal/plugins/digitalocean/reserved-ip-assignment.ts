import type { ResourceType } from "../shared/resource-type.ts";
import type { Api } from "./api.ts";
import type { Thing } from "./cloud-resource.ts";

export function reservedIpAssignment(connect: (signal: AbortSignal) => Api): ResourceType {
  return {
    inputs: {
      ipAddress: { required: true, replaces: true },
      dropletId: { required: true, replaces: true },
    },

    async create({ ipAddress, dropletId }, { signal }) {
      const api = connect(signal);
      await api.until(`/v2/droplets/${dropletId}/actions?per_page=50`, (answer) =>
        ((answer?.actions ?? []) as Thing[]).every(({ status }) => status !== "in-progress"),
      );
      await act(api, ipAddress, { droplet_id: dropletId, type: "assign" });
      await api.get(`/v2/reserved_ips/${ipAddress}`);
      return { id: `${dropletId}-${ipAddress}`, outputs: { ipAddress, dropletId } };
    },

    async read(_id, outputs, { signal }) {
      const answer = await connect(signal).find(`/v2/reserved_ips/${outputs.ipAddress}`);
      const assigned = (answer?.reserved_ip as Thing | undefined)?.droplet as Thing | null | undefined;
      return assigned?.id === outputs.dropletId ? outputs : null;
    },

    async delete(_id, { ipAddress }, { signal }) {
      const api = connect(signal);
      await api.get(`/v2/reserved_ips/${ipAddress}`);
      await act(api, ipAddress, { type: "unassign" });
    },
  };
}

async function act(api: Api, ip: unknown, body: Thing): Promise<void> {
  const actions = `/v2/reserved_ips/${ip}/actions`;
  await api.action(actions, await api.post(actions, body));
}
