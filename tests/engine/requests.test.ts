import { describe, expect, it } from "@jest/globals";
import { typesAt } from "./plugin-types.ts";
import { create, scenarios } from "./recorded-scenarios.ts";
import { type Exchange, recorded, replay } from "./replay.ts";

describe("the stand-in plugin's requests are the official one's", () => {
  it.each(scenarios)("$title", async ({ phase, requests, from, to, act }) => {
    const expected = recorded
      .filter((exchange) => exchange.phase === phase && requests.test(summary(exchange)))
      .slice(from, to);
    expect(expected).not.toEqual([]);
    const server = await replay(expected);
    try {
      await act(typesAt(server.url));
    } finally {
      await server.close();
    }
    expect(server.seen).toEqual(expected.map(({ method, path, body }) => ({ method, path, body })));
  });

  it("does not repeat what was refused, and says why it was", async () => {
    const refused = recorded.filter(({ phase }) => phase === "fault-422-create");
    const server = await replay(refused);
    const droplet = {
      name: "auto-104c39b",
      region: "nyc3",
      size: "s-1vcpu-1gb",
      image: "777",
      dropletAgent: true,
    };
    await expect(create("Droplet", droplet)(typesAt(server.url))).rejects.toThrow(
      "422 Region is not available",
    );
    await server.close();
    expect(server.seen).toEqual(refused.map(({ method, path, body }) => ({ method, path, body })));
  });
});

const summary = ({ method, path, body, response }: Exchange) =>
  `${method} ${path} ${JSON.stringify(body)} ${JSON.stringify(response)}`;
