import { describe, it } from "@jest/globals";
import { expectOneProblem } from "./problems.ts";

const model = { provider: "openai", id: "gpt-oss-120b", apiKey: "sk-0123456789" };

describe("what is wrong with model or agents is named by its path, with the cure", () => {
  it.each<[string, object, RegExp]>([
    [
      "an unknown provider",
      { model: { ...model, provider: "opennai" } },
      /^model.provider: .*Did you mean "openai"/,
    ],
    ["custom without endpoint", { model: { ...model, provider: "custom" } }, /^model.baseUrl: is missing/],
    ["no model's name", { model: { provider: "openai" } }, /^model.id: is missing/],
    [
      "an endpoint in clear text",
      { model: { ...model, baseUrl: "http://llm.example.com/v1" } },
      /^model.baseUrl: .*clear text.*Use https/,
    ],
    [
      "a password in the endpoint",
      { model: { ...model, baseUrl: "https://u:hunter2@llm.example.com" } },
      /^model.baseUrl: holds a user name or password/,
    ],
    [
      "an API key with a line end",
      { model: { ...model, apiKey: "sk-0123456789\n" } },
      /^model.apiKey: is not a key.*Copy it again/,
    ],
    ["an agent's name", { agents: { "My agent": {} } }, /^agents.My agent: .*Use 1 to 32 lower-case/],
    ["an agent without anything", { agents: { a: null } }, /^agents.a: must be an object/],
    ["a typo in an agent", { agents: { a: { limit: {} } } }, /^agents.a.limit: .*mean "limits"/],
    [
      "an agent's odd model",
      { agents: { a: { model: { ...model, id: "a b" } } } },
      /^agents.a.model.id: "a b"/,
    ],
    ["another network", { agents: { a: { network: "host" } } }, /^agents.a.network: "host".*Use "none", or/],
    [
      "a list as network",
      { agents: { a: { network: ["x.example"] } } },
      /^agents.a.network: must be an object/,
    ],
    ["no host", { agents: { a: { network: { hosts: [] } } } }, /^agents.a.network.hosts: is empty.*"none"/],
    [
      "an address as host",
      { agents: { research: { network: { hosts: ["x.example", "10.0.0.1"] } } } },
      /^agents.research.network.hosts\[1\]: "10.0.0.1" is an address.*give its name/,
    ],
    [
      "a wildcard as host",
      { agents: { a: { network: { hosts: ["*.x.example"] } } } },
      /^agents.a.network.hosts\[0\]: .*wildcard/,
    ],
    [
      "a host's port",
      { agents: { a: { network: { hosts: ["x.example:8443"] } } } },
      /^agents.a.network.hosts\[0\]: .*ports 443 and 80/,
    ],
    [
      "a misspelt tool",
      { agents: { a: { tools: { deny: ["exce"] } } } },
      /^agents.a.tools.deny\[0\]: .*"exec"\?/,
    ],
    [
      "a tool that works in the gateway",
      { agents: { a: { tools: { allow: ["web_fetch"] } } } },
      /^agents.a.tools.allow\[0\]: "web_fetch".*outside of the container/,
    ],
    ["no tool at all", { agents: { a: { tools: { allow: [] } } } }, /^agents.a.tools.allow: is empty/],
    [
      "memory as text",
      { agents: { a: { limits: { memory: "1g" } } } },
      /^agents.a.limits.memory: must be a num/,
    ],
    ["little memory", { agents: { a: { limits: { memory: 32 } } } }, /^agents.a.limits.memory: 32 .*from 64/],
    ["no CPU", { agents: { a: { limits: { cpus: 0 } } } }, /^agents.a.limits.cpus: 0 .*from 0.1/],
    [
      "a bomb",
      { agents: { a: { limits: { processes: 5000 } } } },
      /^agents.a.limits.processes: 5000 .*to 1024/,
    ],
  ])("%s", (_, args, problem) => expectOneProblem(args, problem));
});
