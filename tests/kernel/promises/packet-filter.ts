import { describe, expect, it } from "@jest/globals";
import { image, socket } from "../../machine/agent.ts";
import { gateway } from "../../machine/gateway.ts";
import { inDroplet, outputOf } from "../../machine/in-droplet.ts";
import "../virtual-machine.ts";

const ask = "curl --silent --fail --max-time 5 http://169.254.169.254/metadata/v1/id";

describe("the packet filter on Debian's own kernel", () => {
  it("is loaded at boot: drops what comes in and what would be forwarded", async () => {
    const table = await outputOf("nft list table inet openclaw");
    for (const hook of ["input", "forward"])
      expect(table).toMatch(new RegExp(`hook ${hook} priority filter; policy drop;`));
    expect(await outputOf("sysctl --values net.ipv4.ip_forward")).toBe("0");
  });

  it("lets root ask the metadata service, and nobody else", async () => {
    expect(await outputOf(ask)).toBe(String(gateway.dropletId));
    for (const user of ["openclaw", "sandbox", "caddy", "nobody", "admin"])
      expect([user, (await inDroplet(`runuser --user ${user} -- ${ask}`)).code]).toEqual([user, 7]);
  });

  it("has nothing to let through from a container, which has no network", async () => {
    const run = `DOCKER_HOST=unix://${socket} docker run --rm --network none ${image} ${ask}`;
    expect((await inDroplet(run)).code).toBe(7);
  });
});
