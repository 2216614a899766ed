import type { CloudResource } from "./cloud-resource.ts";

export const sshKey: CloudResource = {
  inputs: { name: {}, publicKey: { required: true, replaces: true } },
  autoName: true,
  collection: () => "/v2/account/keys",
  envelope: "ssh_key",
  idProperty: "id",
  body: ({ name, publicKey }) => ({ name, public_key: publicKey }),
  outputs: ({ name, public_key, fingerprint }) => ({ name, publicKey: public_key, fingerprint }),
  async update(api, path, _olds, { name }) {
    await api.put(path, { name });
  },
};
