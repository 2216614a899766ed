import { describe, expect, it } from "@jest/globals";
import { output } from "@pulumi/pulumi";
import { expectOneProblem, problemsOf } from "./problems.ts";
import { privateKey } from "./ssh-keys.ts";

describe("what is wrong is named by its path, with the cure", () => {
  it.each<[string, object, RegExp]>([
    ["one vCPU", { size: "s-1vcpu-2gb" }, /^size: .*1 vCPU and 2 GiB.*such as "s-2vcpu-4gb"/],
    ["2 GiB", { size: "s-2vcpu-2gb-90gb-intel" }, /^size: .*2 vCPU and 2 GiB/],
    ["half a GiB", { size: "s-1vcpu-512mb-10gb" }, /^size: .*1 vCPU and 0.5 GiB/],
    ["a size from nowhere", { size: "large" }, /^size: "large" is not a Droplet size.*Take one such as/],
    ["a GPU", { size: "gpu-h100x1-80gb" }, /^size: .*cannot|^size: .*is not a Droplet size whose/],
    ["a number as size", { size: 4 }, /^size: must be a text/],
    ["nothing as size", { size: " " }, /^size: is empty.*leave it out/],
    ["a region's name", { region: "Frankfurt" }, /^region: "Frankfurt".*such as "fra1"/],
    ["a region in capitals", { region: "FRA1" }, /^region: .*Write "fra1"/],
    ["a tag with a space", { tags: ["ok", "not ok"] }, /^tags\[1\]: "not ok".*Use 1 to 255/],
    ["a VPC by name", { vpcUuid: "default-fra1" }, /^vpcUuid: .*doctl vpcs list/],
    ["backups by word", { backups: "yes" }, /^backups: must be true or false/],
    ["a Volume by its size", { volume: 25 }, /^volume: must be an object/],
    ["half a GiB", { volume: { gigabytes: 0.5 } }, /^volume.gigabytes: .*whole number.*from 1 to 16384/],
    ["a Volume larger than any", { volume: { gigabytes: 16385 } }, /^volume.gigabytes: .*from 1 to 16384/],
    [
      "a size by word",
      { volume: { gigabytes: "25" } },
      /^volume.gigabytes: must be a number.*without quotes/,
    ],
    ["protection by word", { volume: { protect: "yes" } }, /^volume.protect: must be true or false/],
    [
      "protection that comes later",
      { volume: { protect: output(true) } },
      /^volume.protect: cannot be an Output.*Write true or false/,
    ],
    ["a typo", { regoin: "fra1" }, /^regoin: is not a property. Did you mean "region"\?/],
  ])("%s", (_, args, problem) => expectOneProblem(args, problem));

  it("a name that cannot begin a host name", () => {
    expect(problemsOf({}, "my gateway")).toEqual([expect.stringMatching(/^name: .*Use 1 to 40 letters/)]);
  });

  it("all of it at once", () => {
    const problems = problemsOf({
      regoin: "fra1",
      size: "s-1vcpu-1gb",
      domain: "claw",
      admin: { publicKey: privateKey(), cidrs: ["0.0.0.0/0", "x"] },
      acme: { caRoot: "x" },
      model: { provider: "custom", id: "m" },
      agents: { a: { network: { hosts: ["x"] }, limits: { cpus: 0 } }, B: {} },
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "size",
      "admin.publicKey",
      "admin.cidrs[0]",
      "admin.cidrs[1]",
      "domain",
      "acme.caRoot",
      "acme.directory",
      "model.baseUrl",
      "agents.B",
      "agents.a.limits.cpus",
      "agents.a.network.hosts[0]",
      "regoin",
    ]);
  });

  it("without repeating a secret", () => {
    const secrets = { pem: privateKey(), password: "hunter2hunter2", apiKey: "sk with spaces" };
    const words = problemsOf({
      admin: { publicKey: secrets.pem, cidrs: ["203.0.113.5/32"] },
      model: {
        provider: "custom",
        id: "m",
        apiKey: secrets.apiKey,
        baseUrl: `https://u:${secrets.password}@x.example`,
      },
      agents: { a: { model: { provider: "openai", id: "m", apiKey: secrets.apiKey } } },
    }).join("\n");
    expect(words).toContain("admin.publicKey");
    expect(words).toContain("model.apiKey");
    expect(words).toContain("agents.a.model.apiKey");
    expect(words).toContain("model.baseUrl");
    expect(words).not.toContain(secrets.pem.split("\n")[1]);
    expect(words).not.toContain(secrets.password);
    expect(words).not.toContain(secrets.apiKey);
  });
});
