import { beforeEach, describe, expect, it } from "@jest/globals";
import { type Api, order, paperApi } from "./api.ts";

const key = (fill: number, type = "ssh-ed25519") =>
  `${type} ${Buffer.alloc(51, fill).toString("base64")} someone@example.com`;

describe("what an account has besides machines", () => {
  let api: Api;
  beforeEach(async () => {
    api = await paperApi();
  });

  it("SSH keys: each once, and only public keys", async () => {
    const post = (public_key: string) => api.send("POST", "/v2/account/keys", { name: "laptop", public_key });
    expect(await post(key(1))).toMatchObject({ status: 201 });
    expect(await post(key(1))).toMatchObject({
      status: 422,
      body: { message: "SSH Key is already in use on your account" },
    });
    for (const wrong of ["ssh-ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----", key(2, "ssh-dss")])
      expect(await post(wrong)).toMatchObject({
        status: 422,
        body: { message: expect.stringMatching(/^Key is invalid/) },
      });
  });

  it("SSH keys: with the fingerprint that ssh-keygen -E md5 gives", async () => {
    const public_key =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJJ0lsT7kXHYVYVzqWWZ4nxmmzDAX3u+uU5bqpMWh9nV test";
    const { ssh_key } = await api.ask("POST", "/v2/account/keys", { name: "k1", public_key });
    expect(ssh_key.fingerprint).toBe("4a:11:ef:97:74:60:7c:47:d8:ff:f1:32:5c:31:b7:2c");
    const { status } = await api.send("GET", `/v2/account/keys/${ssh_key.fingerprint}`);
    expect(status).toBe(200);
  });

  it("sizes: the slugs of every family, with memory and vCPUs as their names say", async () => {
    const { sizes, meta } = await api.ask("GET", "/v2/sizes?per_page=200");
    expect(sizes).toHaveLength(meta.total);
    const bySlug = new Map(sizes.map((size: { slug: string }) => [size.slug, size]));
    expect(bySlug.size).toBe(sizes.length);
    const expected: [string, number, number, number][] = [
      ["s-2vcpu-4gb", 4096, 2, 80],
      ["s-2vcpu-4gb-amd", 4096, 2, 80],
      ["s-2vcpu-4gb-intel", 4096, 2, 80],
      ["c-4", 8192, 4, 50],
      ["c-4-intel", 8192, 4, 50],
      ["g-2vcpu-8gb", 8192, 2, 25],
      ["gd-4vcpu-16gb", 16384, 4, 100],
      ["m-2vcpu-16gb", 16384, 2, 50],
      ["so-2vcpu-16gb", 16384, 2, 300],
    ];
    for (const [slug, memory, vcpus, disk] of expected)
      expect(bySlug.get(slug)).toMatchObject({ memory, vcpus, disk, available: true });
  });

  it("regions: each with the sizes that can be had there", async () => {
    const { regions } = await api.ask("GET", "/v2/regions?per_page=200");
    const sizesIn = (slug: string) => regions.find((region: { slug: string }) => region.slug === slug).sizes;
    expect(sizesIn("fra1")).toContain("s-2vcpu-4gb-intel");
    expect(sizesIn("sfo2")).not.toContain("s-2vcpu-4gb-intel");
    const wrong = { ...order, region: "sfo2", size: "s-2vcpu-4gb-intel" };
    expect(await api.send("POST", "/v2/droplets", wrong)).toMatchObject({
      status: 422,
      body: { message: "Size s-2vcpu-4gb-intel is not available in sfo2." },
    });
  });

  it("VPCs: a default for each region, and none deleted while it has members", async () => {
    const post = (body: object) => api.send("POST", "/v2/vpcs", { name: "inner", region: "fra1", ...body });
    const { vpc } = (await post({ ip_range: "10.20.0.0/24" })).body;
    const id = await api.droplet({ vpc_uuid: vpc.id });
    expect((await api.ask("GET", `/v2/droplets/${id}`)).droplet.networks.v4[0].ip_address).toBe("10.20.0.2");
    expect(await api.send("DELETE", `/v2/vpcs/${vpc.id}`)).toMatchObject({
      status: 403,
      body: { id: "forbidden", message: "Can not delete VPC with members" },
    });
    await api.ask("DELETE", `/v2/droplets/${id}`);
    await api.wait(`/v2/droplets/${id}`, (_, status) => status === 404);
    expect(await api.send("DELETE", `/v2/vpcs/${vpc.id}`)).toMatchObject({ status: 204 });
    const { vpcs } = await api.ask("GET", "/v2/vpcs?per_page=200");
    const main = vpcs.find(
      (each: { region: string; default: boolean }) => each.region === "fra1" && each.default,
    );
    expect(await api.send("DELETE", `/v2/vpcs/${main.id}`)).toMatchObject({ status: 403 });
    expect(await post({ ip_range: main.ip_range })).toMatchObject({ status: 422 });
    expect(await post({ ip_range: "8.8.8.0/24" })).toMatchObject({ status: 422 });
    expect(await post({ name: "in ner" })).toMatchObject({ status: 422 });
    expect(await post({})).toMatchObject({ status: 201, body: { vpc: { default: false } } });
    expect(await post({})).toMatchObject({ status: 422 });
  });

  it("domains: host names in records are told without the dot they need", async () => {
    await api.ask("POST", "/v2/domains", { name: "example.com" });
    const post = (body: object) =>
      api.send("POST", "/v2/domains/example.com/records", { name: "www", ...body });
    for (const type of ["CNAME", "MX", "NS", "SRV", "CAA"]) {
      const { body } = await post({ type, data: "host.example.net." });
      expect(body.domain_record).toMatchObject({ type, data: "host.example.net" });
    }
    expect(await post({ type: "CNAME", data: "host.example.net" })).toMatchObject({
      status: 422,
      body: { message: "Data needs to end with a dot (.)" },
    });
    expect(await post({ type: "A", data: "host.example.net" })).toMatchObject({ status: 422 });
    expect(await post({ type: "A", data: "192.0.2.1", ttl: 10 })).toMatchObject({ status: 422 });
    const { body } = await post({ type: "TXT", data: "ends with a dot." });
    expect(body.domain_record.data).toBe("ends with a dot.");
    const { domain_records } = await api.ask(
      "GET",
      "/v2/domains/example.com/records?type=TXT&name=www.example.com",
    );
    expect(domain_records).toHaveLength(1);
    expect((await api.ask("GET", "/v2/domains/example.com")).domain.zone_file).toContain(
      "www 1800 IN TXT ends with a dot.",
    );
    expect(await api.send("POST", "/v2/domains", { name: "example.com" })).toMatchObject({ status: 422 });
  });

  it("projects: every resource is in one, and a project with resources stays", async () => {
    const { project } = await api.ask("POST", "/v2/projects", { name: "p", purpose: "Service" });
    const id = await api.droplet();
    const urn = `do:droplet:${id}`;
    const assign = async (resource: string) =>
      (await api.ask("POST", `/v2/projects/${project.id}/resources`, { resources: [resource] })).resources[0]
        .status;
    const inDefault = async () => (await api.ask("GET", "/v2/projects/default/resources")).resources;
    expect(await inDefault()).toMatchObject([{ urn, links: { self: `${api.cloud.url}/v2/droplets/${id}` } }]);
    expect(await assign(urn)).toBe("assigned");
    expect(await assign(urn)).toBe("already_assigned");
    expect(await assign("do:droplet:1")).toBe("not_found");
    expect(await inDefault()).toEqual([]);
    expect(await api.send("DELETE", `/v2/projects/${project.id}`)).toMatchObject({ status: 412 });
    await api.ask("DELETE", `/v2/droplets/${id}`);
    await api.wait(`/v2/droplets/${id}`, (_, status) => status === 404);
    expect(await api.send("DELETE", `/v2/projects/${project.id}`)).toMatchObject({ status: 204 });
    expect(await api.send("DELETE", "/v2/projects/default")).toMatchObject({ status: 412 });
  });
});
