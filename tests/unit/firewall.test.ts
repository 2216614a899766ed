import { describe, expect, it } from "@jest/globals";
import { type Made, theOne } from "./cloud.ts";
import { makeGateway } from "./gateway.ts";
import { publicKey } from "./ssh-keys.ts";

const world = ["0.0.0.0/0", "::/0"];
const admin = { publicKey: publicKey("ed25519"), cidrs: ["203.0.113.5/32"] };

function ports(made: readonly Made[], direction: "inboundRules" | "outboundRules"): string[] {
  const rules = theOne(made, "Firewall").inputs[direction] as { protocol: string; portRange?: string }[];
  return rules.map(({ protocol, portRange }) => [protocol, portRange].filter(Boolean).join(" "));
}

describe("firewall", () => {
  it("lets in 443 and 80, and packets about packets, from everywhere; not 22", async () => {
    const { made } = await makeGateway();
    expect(ports(made, "inboundRules")).toEqual(["tcp 443", "tcp 80", "icmp"]);
    for (const rule of theOne(made, "Firewall").inputs.inboundRules as object[]) {
      expect(rule).toMatchObject({ sourceAddresses: world });
    }
  });

  it("lets in 22 from the admin's networks alone", async () => {
    const { made } = await makeGateway({ admin });
    expect(theOne(made, "Firewall").inputs.inboundRules).toContainEqual({
      protocol: "tcp",
      portRange: "22",
      sourceAddresses: ["203.0.113.5/32"],
    });
  });

  it("lets out names, packages, the web and the clock; no mail", async () => {
    const { made } = await makeGateway();
    expect(ports(made, "outboundRules")).toEqual([
      "udp 53",
      "tcp 53",
      "tcp 80",
      "tcp 443",
      "udp 123",
      "icmp",
    ]);
  });

  it("lets out to the ports that the args name", async () => {
    const { made } = await makeGateway({
      acme: { directory: "https://acme.example:14000/dir" },
      model: { provider: "custom", id: "m", baseUrl: "http://10.0.0.5:11434/v1" },
      agents: { a: { model: { provider: "custom", id: "m", baseUrl: "http://10.0.0.5:11435/v1" } } },
    });
    expect(ports(made, "outboundRules")).toEqual(
      expect.arrayContaining(["tcp 14000", "tcp 11434", "tcp 11435"]),
    );
  });
});
