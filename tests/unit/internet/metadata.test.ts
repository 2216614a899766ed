import { describe, expect, it } from "@jest/globals";
import { addresses } from "../../../rehearsal/internet/addresses.ts";
import { answer, metadata } from "../../../rehearsal/internet/metadata.ts";

const spec = {
  id: 500000001,
  name: "claw-1",
  size: { slug: "s-1vcpu-1gb", memoryMiB: 1024, vcpus: 1, diskGiB: 25 },
  region: "fra1",
  image: "debian-13-x64",
  userData: "#cloud-config\n{}\n",
  volumes: [],
  publicKeys: ["ssh-ed25519 AAAA one", "ssh-ed25519 AAAA two"],
  address: "198.51.100.2",
};
const document = (reservedIp?: string) => metadata(addresses(0), spec, "02:00:1d:cd:65:01", reservedIp);
const body = (path: string) => answer(document("198.51.100.9"), `/metadata/v1/${path}`).body;

describe("the metadata service", () => {
  it("lists an index like DigitalOcean's, and redirects to its trailing slash", () => {
    expect(body("").split("\n")).toEqual([
      ...["id", "hostname", "user-data", "vendor-data", "public-keys", "region", "interfaces/", "dns/"],
      ...["floating_ip/", "reserved_ip/", "tags", "features/"],
    ]);
    expect(body("interfaces/public/0/")).toBe("ipv4/\nanchor_ipv4/\nmac\ntype");
    expect(answer(document(), "/metadata/v1")).toEqual({ status: 301, body: "/metadata/v1/" });
  });

  it("answers each item as text", () => {
    expect(body("id")).toBe("500000001");
    expect(body("user-data")).toBe(spec.userData);
    expect(body("public-keys")).toBe("ssh-ed25519 AAAA one\nssh-ed25519 AAAA two");
    expect(body("interfaces/public/0/ipv4/address")).toBe("198.51.100.2");
    expect(body("interfaces/public/0/anchor_ipv4/address")).toBe("10.19.0.10");
    expect(body("reserved_ip/ipv4/active")).toBe("true");
    expect(body("reserved_ip/ipv4/ip_address")).toBe("198.51.100.9");
  });

  it("says so where there is nothing", () => {
    for (const path of ["/", "/metadata/v1/nothing", "/metadata/v1/id/more", "/metadata/v1/constructor"])
      expect(answer(document(), path).status).toBe(404);
    expect(answer(document(), "/metadata/v1/reserved_ip/ipv4/active").body).toBe("false");
  });

  it("gives the whole as one document", () => {
    const { type, body: json } = answer(document(), "/metadata/v1.json");
    expect(type).toBe("application/json");
    expect(JSON.parse(json)).toEqual(document());
  });
});
