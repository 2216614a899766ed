import { describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { OpenClawGateway } from "../../components/open-claw-gateway.ts";
import { mockCloud, settle, theOne } from "./cloud.ts";
import { makeGateway } from "./gateway.ts";
import { publicKey } from "./ssh-keys.ts";

const admin = { publicKey: publicKey("ed25519"), cidrs: ["203.0.113.5/32"] };

describe("children", () => {
  it("are these, each named after the gateway and below it", async () => {
    const { gateway } = await makeGateway();
    const urns = await settle(gateway);
    const prefix = "urn:pulumi:test::openclaw-droplet::openclaw-droplet:index:OpenClawGateway$";
    expect(urns.toSorted()).toEqual(
      [
        "command:local:Command::gw-ready",
        "digitalocean:index/droplet:Droplet::gw-machine",
        "digitalocean:index/firewall:Firewall::gw",
        "digitalocean:index/reservedIp:ReservedIp::gw-address",
        "digitalocean:index/reservedIpAssignment:ReservedIpAssignment::gw-address",
        "digitalocean:index/tag:Tag::gw",
        "digitalocean:index/volume:Volume::gw-volume",
        "random:index/randomPassword:RandomPassword::gw-key",
      ].map((child) => prefix + child),
    );
  });

  it("with an admin also the random text of the machine's host key", async () => {
    const { made } = await makeGateway({ admin });
    const { inputs } = theOne(
      made.filter(({ name }) => name === "gw-ssh-host-key"),
      "RandomPassword",
    );
    expect(inputs).toEqual({ length: 48, special: false });
  });

  it("the firewall exists before the machine, and both before the question whether it is ready", async () => {
    const { made } = await makeGateway();
    const order = made.map(({ type }) => type.split(":").at(-1));
    expect(order.indexOf("Firewall")).toBeGreaterThan(order.indexOf("Tag"));
    expect(order.indexOf("Droplet")).toBeGreaterThan(order.indexOf("Firewall"));
    expect(order.indexOf("Command")).toBeGreaterThan(order.indexOf("ReservedIpAssignment"));
  });

  it("two gateways share nothing", async () => {
    const made = await mockCloud();
    const [one, two] = [new OpenClawGateway("one"), new OpenClawGateway("two")];
    const urns = (await Promise.all([settle(one), settle(two)])).flat();
    expect(new Set(urns).size).toBe(16);
    const tags = made.filter(({ type }) => type.endsWith(":Firewall")).map(({ inputs }) => inputs.tags);
    expect(tags).toContainEqual(["one-0a1b2c3"]);
    expect(tags).toContainEqual(["two-0a1b2c3"]);
    const names = made.filter(({ type }) => type.endsWith(":Droplet")).map(({ inputs }) => inputs.name);
    expect(names.toSorted()).toEqual(["one-test", "two-test"]);
  });

  it("nothing is made when an argument is wrong", async () => {
    const made = await mockCloud();
    expect(() => new OpenClawGateway("gw", { size: "s-1vcpu-1gb" })).toThrow("too small");
    await pulumi.runtime.disconnect();
    expect(made).toEqual([]);
  });
});

describe("readiness", () => {
  it("asks the URL after each new machine and each resize, by a script whose text has no path and no key", async () => {
    const { made } = await makeGateway({ size: "s-4vcpu-8gb" });
    const { create, ...inputs } = theOne(made, "Command").inputs;
    const probe = (inputs.environment as Record<string, string>).READINESS_PROBE;
    expect(inputs).toEqual({
      interpreter: ["node", "--input-type=module", "--eval"],
      environment: {
        READINESS_PROBE: probe,
        GATEWAY_URL: "https://198.51.100.7",
        GATEWAY_ADDRESS: "198.51.100.7",
      },
      triggers: ["4711", "s-4vcpu-8gb"],
    });
    expect(probe).toContain("/readyz");
    expect(`${create}${probe}`).not.toContain(process.cwd());
  });
});
