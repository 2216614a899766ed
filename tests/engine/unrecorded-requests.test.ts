import { describe, expect, it } from "@jest/globals";
import { typesAt } from "./plugin-types.ts";
import { type Exchange, replay } from "./replay.ts";

const id = 500000006;
const droplet = {
  id,
  name: "gw",
  status: "off",
  locked: false,
  region: { slug: "fra1" },
  size: { price_hourly: 0.03, price_monthly: 24 },
  size_slug: "s-2vcpu-4gb",
  image: { slug: "debian-13-x64" },
  features: ["monitoring"],
  networks: {},
  tags: [],
  volume_ids: ["v-1"],
};
const off = answer({ droplet });
const active = answer({ droplet: { ...droplet, status: "active" } });
const action = { id: 7, status: "completed" };
const [started, ended] = [answer({ action }, 201), answer({ action })];
const gone = answer({ id: "not_found", message: "gone" }, 404);
const inputs = { name: "gw", region: "fra1", size: "s-2vcpu-4gb", image: "debian-13-x64" };
const context = { signal: new AbortController().signal, log: () => {} };

/** https://github.com/digitalocean/terraform-provider-digitalocean, digitalocean/droplet/resource_droplet.go. */
describe("what nobody watched the official provider ask, as its source has it", () => {
  it("a Droplet with a Volume: an object with its id, as godo writes it", async () => {
    const seen = await watched([answer({ droplet }, 202), active], async (types) => {
      await types("Droplet").create({ ...inputs, volumeIds: ["v-1"] }, context);
    });
    expect(seen[0]?.body).toMatchObject({ volumes: [{ id: "v-1" }] });
  });

  it("a Droplet that failed to boot, which is off: nobody waits for it any longer", async () => {
    await watched([answer({ droplet }, 202), off], (types) =>
      expect(types("Droplet").create(inputs, context)).rejects.toThrow(
        "unexpected state 'off', wanted target 'active'",
      ),
    );
  });

  it("the graceful end of a Droplet with a Volume: shut down, the Volume taken out, deleted", async () => {
    const seen = await watched([active, started, off, started, ended, answer(null, 204), gone], (types) =>
      types("Droplet").delete(String(id), { gracefulShutdown: true, volumeIds: ["v-1"] }, context),
    );
    expect(seen).toEqual([
      { method: "GET", path: `/v2/droplets/${id}`, body: null },
      { method: "POST", path: `/v2/droplets/${id}/actions`, body: { type: "shutdown" } },
      { method: "GET", path: `/v2/droplets/${id}`, body: null },
      { method: "POST", path: "/v2/volumes/v-1/actions", body: { type: "detach", droplet_id: id } },
      { method: "GET", path: "/v2/actions/7", body: null },
      { method: "DELETE", path: `/v2/droplets/${id}`, body: null },
      { method: "GET", path: `/v2/droplets/${id}`, body: null },
    ]);
  });

  it("a size that is refused: the Droplet is powered on again", async () => {
    const refused = answer({ id: "unprocessable_entity", message: "no such size" }, 422);
    const seen = await watched([started, off, refused, started, active], (types) =>
      expect(
        types("Droplet").update(String(id), inputs, { ...inputs, size: "s-none" }, context),
      ).rejects.toThrow("422 no such size"),
    );
    const asked = seen.map(({ body }) => (body as { type?: string } | null)?.type ?? "GET");
    expect(asked).toEqual(["power_off", "GET", "resize", "power_on", "GET"]);
  });

  it("a Volume in another's place, and other tags: tags first, and the new one before the old one goes", async () => {
    const made = answer({ tag: { name: "b" } }, 201);
    const exchanges = [answer(null, 204), made, answer(null, 204), started, ended, started, ended, active];
    const seen = await watched(exchanges, async (types) => {
      const [old, now] = [
        { ...inputs, tags: ["a"], volumeIds: ["v-1"] },
        { ...inputs, tags: ["b"], volumeIds: ["v-2"] },
      ];
      await types("Droplet").update(String(id), old, now, context);
    });
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "DELETE /v2/tags/a/resources",
      "POST /v2/tags",
      "POST /v2/tags/b/resources",
      "POST /v2/volumes/v-2/actions",
      "GET /v2/actions/7",
      "POST /v2/volumes/v-1/actions",
      "GET /v2/actions/7",
      `GET /v2/droplets/${id}`,
    ]);
  });
});

function answer(response: unknown, status = 200): Exchange {
  return { phase: "", method: "", path: "", body: null, status, response };
}

async function watched(
  exchanges: readonly Exchange[],
  act: (types: ReturnType<typeof typesAt>) => Promise<void>,
) {
  const server = await replay(exchanges);
  try {
    await act(typesAt(server.url));
  } finally {
    await server.close();
  }
  return server.seen;
}
