import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import pins from "../../cloud-init/pins.json" with { type: "json" };
import type { AgentSettings, MachineSettings } from "../../cloud-init/settings.ts";
import { userData, userDataLimit } from "../../cloud-init/user-data.ts";
import { all, full, minimal } from "./settings.ts";

interface File {
  readonly path: string;
  readonly permissions: string;
  readonly owner?: string;
  /** Absent: the content is as it is. */
  readonly encoding?: "gz+b64";
  readonly content: string;
}

interface Document {
  readonly users: readonly { name: string; [field: string]: unknown }[];
  readonly write_files: readonly File[];
  readonly [module: string]: unknown;
}

/** As cloud-init reads it: YAML 1.1, and each file's content unpacked. */
function read(settings: MachineSettings): Document {
  const document = parse(userData(settings), { version: "1.1" }) as Document;
  const unpack = (content: string) => gunzipSync(Buffer.from(content, "base64")).toString();
  const write_files = document.write_files.map(({ encoding, content, ...file }) => ({
    ...file,
    content: encoding === undefined ? content : unpack(content),
  }));
  return { ...document, write_files };
}

function file(settings: MachineSettings, path: string): File {
  const found = read(settings).write_files.find((one) => one.path === path);
  if (found === undefined) throw new Error(`the user-data has no ${path}`);
  return found;
}

const openclaw = (settings: MachineSettings) =>
  JSON.parse(file(settings, "/etc/openclaw/openclaw.json").content);

/** The values of an environment file, as a POSIX shell reads it (systemd reads the same syntax). */
function environment(settings: MachineSettings, path: string): Record<string, string> {
  const script = `set -a; unset $(env | cut -d= -f1 | grep -v ^PATH$); eval "$(cat)"; env -0`;
  const output = execFileSync("bash", ["--norc", "-c", script], { input: file(settings, path).content });
  return Object.fromEntries(
    output
      .toString()
      .split("\0")
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

describe.each(Object.entries(all))("golden user-data: %s", (name, settings) => {
  it("is the same byte for byte (UPDATE_GOLDEN=1 writes it anew; a difference replaces every machine)", () => {
    const path = join(import.meta.dirname, `${name}.yaml`);
    const made = userData(settings);
    if (process.env.UPDATE_GOLDEN) {
      writeFileSync(path, made);
      throw new Error(`${name}.yaml is written: look at its difference, then run without UPDATE_GOLDEN`);
    }
    expect(made).toBe(readFileSync(path, "utf8"));
  });
});

describe("user-data", () => {
  it("is one #cloud-config, the same for the same settings", () => {
    expect(userData(minimal).startsWith("#cloud-config\n")).toBe(true);
    expect(userData(structuredClone(full))).toBe(userData(full));
  });

  it("has each file of cloud-init/files, line for line but for comments, at its place, sorted by path", () => {
    const root = join(import.meta.dirname, "../../cloud-init/files");
    const onDisk = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(onDisk.length).toBeGreaterThan(20);
    for (const path of onDisk) {
      const written = readFileSync(path, "utf8").split("\n");
      const kept = written.filter((line) => !/^(#|\/\/)( |$)/.test(line.trim()));
      expect(file(full, path.slice(root.length)).content).toBe(kept.join("\n"));
    }
    const paths = read(full).write_files.map((one) => one.path);
    expect(paths).toEqual([...new Set(paths)].sort());
  });

  it("makes commands executable, and nothing else", () => {
    for (const { path, permissions, content } of read(full).write_files) {
      // A nftables script is loaded by its unit, not run.
      const isCommand = content.startsWith("#!/bin/bash\n");
      expect([path, permissions === "0755"]).toEqual([path, isCommand]);
    }
  });

  it("has the keys in the file that only root reads, and nowhere else", () => {
    const apiKey = full.model?.apiKey ?? "";
    const secrets = file(full, "/etc/openclaw/gateway.env");
    expect(secrets.permissions).toBe("0600");
    expect(secrets.owner).toBeUndefined();
    expect(environment(full, secrets.path)).toMatchObject({
      OPENCLAW_GATEWAY_TOKEN: full.gatewayKey,
      OPENCLAW_MODEL_KEY: apiKey,
      OPENCLAW_MODEL_KEY_FIELD_WORK: "golden-other-key",
    });
    const { write_files, ...rest } = read(full);
    const others = [...write_files.filter(({ path }) => path !== secrets.path), rest];
    expect(JSON.stringify(others)).not.toContain(full.gatewayKey);
    expect(JSON.stringify(others)).not.toContain("golden-other-key");
    expect(JSON.stringify(others)).not.toContain('golden-\\\\"model');
    expect(JSON.stringify(others)).not.toContain('model\\"-key');
  });

  it("lets only the gateway read its configuration", () => {
    expect(file(minimal, "/etc/openclaw/openclaw.json")).toMatchObject({
      permissions: "0600",
      owner: "openclaw:openclaw",
      // The user does not exist yet when the first files are written.
      defer: true,
    });
  });

  it("refuses a value that would start another line of an environment file", () => {
    const settings = { ...minimal, gatewayKey: "first\nOPENCLAW_NO_AUTH=1" };
    expect(() => userData(settings)).toThrow(/OPENCLAW_GATEWAY_TOKEN: has a line break/);
  });

  it("is far below the limit, and says its size when it is not", () => {
    expect(Buffer.byteLength(userData(full))).toBeLessThan(56 * 1024);
    const caRoot = "x".repeat(userDataLimit);
    expect(() => userData({ ...minimal, acme: { caRoot } })).toThrow(
      /user-data is \d{6} bytes, and DigitalOcean takes 65536: .*acme\.caRoot/,
    );
  });

  it("counts bytes, not characters", () => {
    const room = userDataLimit - Buffer.byteLength(userData({ ...minimal, acme: { email: "" } }));
    const fits = { ...minimal, acme: { email: "x".repeat(room) } };
    expect(Buffer.byteLength(userData(fits))).toBe(userDataLimit);
    expect(() => userData({ ...minimal, acme: { email: `${"x".repeat(room - 1)}é` } })).toThrow(
      /65537 bytes/,
    );
  });
});

describe("who may sign in", () => {
  it("without admin: nobody; sshd is masked before it starts and port 22 stays shut", () => {
    const document = read(minimal);
    expect(document.users.map((user) => user.name)).toEqual(["openclaw", "sandbox"]);
    expect(document.bootcmd).toEqual([
      ["cloud-init-per", "instance", "no-ssh", "systemctl", "mask", "ssh.service", "ssh.socket"],
    ]);
    const paths = document.write_files.map(({ path }) => path);
    expect(paths.filter((path) => path.includes("ssh"))).toEqual([]);
    expect(document.ssh_keys).toBeUndefined();
  });

  it("with admin: that key alone, as user admin", () => {
    const document = read(full);
    expect(document.users.map((user) => user.name)).toEqual(["openclaw", "sandbox", "admin"]);
    expect(document.users[2]).toMatchObject({
      ssh_authorized_keys: [full.admin?.publicKey],
      lock_passwd: true,
    });
    expect(document.bootcmd).toBeUndefined();
    expect(file(full, "/etc/ssh/sshd_config.d/00-openclaw.conf").content).toContain("PermitRootLogin no");
    expect(file(full, "/etc/nftables.d/ssh.nft").content).toContain("22");
  });

  it("with admin: the machine has the one host key that it was given", () => {
    expect(read(full).ssh_keys).toEqual({
      ed25519_private: full.admin?.hostKey.privateKey,
      ed25519_public: full.admin?.hostKey.publicKey,
    });
    const sshd = file(full, "/etc/ssh/sshd_config.d/00-openclaw.conf").content;
    expect(sshd).toMatch(/^HostKey \/etc\/ssh\/ssh_host_ed25519_key\nHostKeyAlgorithms ssh-ed25519$/m);
  });

  it("never root, never by password, never by a key of the DigitalOcean account", () => {
    for (const settings of [minimal, full]) {
      expect(read(settings)).toMatchObject({
        disable_root: true,
        ssh_pwauth: false,
        allow_public_ssh_keys: false,
      });
    }
  });
});

describe("machine values", () => {
  it("one origin: Caddy's site, OpenClaw's own address and the one it accepts", () => {
    for (const settings of [minimal, full]) {
      const { gateway } = openclaw(settings);
      expect(gateway.publicOrigin).toBe(settings.origin);
      expect(gateway.controlUi.allowedOrigins).toEqual([settings.origin]);
      const values = environment(settings, "/etc/openclaw/machine.env");
      expect(values.ORIGIN).toBe(settings.origin);
      expect(`https://${values.SITE_HOST}`).toBe(settings.origin);
    }
  });

  it("a bare address is certified for six days, a domain as the authority likes", () => {
    expect(environment(minimal, "/etc/openclaw/machine.env")).toMatchObject({
      ACME_PROFILE: "shortlived",
      RESERVED_ADDRESS: "198.51.100.7",
      ACME_TRUSTED_ROOTS: "/etc/ssl/certs/ca-certificates.crt",
    });
    expect(environment(full, "/etc/openclaw/machine.env")).toMatchObject({
      ACME_PROFILE: "",
      RESERVED_ADDRESS: "",
      ACME_DIRECTORY: full.acme.directory,
      ACME_EMAIL: full.acme.email,
      ACME_TRUSTED_ROOTS: "/etc/caddy/acme-roots.pem",
    });
    expect(file(full, "/etc/caddy/acme-roots.pem").content).toBe(full.acme.caRoot);
  });

  it("every pin, npm's with its digest in the form that corepack checks", () => {
    const values = environment(minimal, "/etc/openclaw/machine.env");
    const hex = Buffer.from(pins.npm.integrity.replace("sha512-", ""), "base64").toString("hex");
    expect(hex).toMatch(/^[0-9a-f]{128}$/);
    expect(values).toMatchObject({
      NODE_VERSION: pins.node.version,
      NODE_INTEGRITY: pins.node.integrity,
      NPM_PIN: `npm@${pins.npm.version}+sha512.${hex}`,
      OPENCLAW_VERSION: pins.openclaw.version,
      OPENCLAW_BEFORE: pins.openclaw.before,
      OPENCLAW_CLOSURE: pins.openclaw.closure,
    });
  });

  it("the model by reference to its key; none without a model", () => {
    const config = openclaw(full);
    expect(config.models.providers.gradient).toEqual({
      baseUrl: "https://inference.do-ai.run/v1",
      api: "openai-completions",
      apiKey: { source: "env", provider: "default", id: "OPENCLAW_MODEL_KEY" },
      models: ["golden-model", "golden-small"].map((id) => ({
        id,
        name: id,
        compat: { supportsStore: false, maxTokensField: "max_tokens" },
      })),
    });
    expect(config.agents.defaults.model).toEqual({ primary: "gradient/golden-model" });
    expect(config.secrets.providers.default.allowlist).toEqual([
      "OPENCLAW_GATEWAY_TOKEN",
      "OPENCLAW_MODEL_KEY",
      "OPENCLAW_MODEL_KEY_FIELD_WORK",
    ]);
    expect(openclaw(minimal).models).toBeUndefined();
    expect(openclaw(minimal).agents.defaults.model).toEqual({ primary: "none/model-is-not-set" });
    expect(openclaw(minimal).secrets.providers.default.allowlist).toEqual(["OPENCLAW_GATEWAY_TOKEN"]);
  });

  it("agents with models of their own: by their own key, or by that of all where the endpoint is the same", () => {
    const { agents, models, plugins } = openclaw(full);
    expect(agents.entries.scribe.model).toEqual({ primary: "gradient/golden-small" });
    expect(agents.entries["field-work"].model).toEqual({ primary: "anthropic-field-work/golden-other" });
    expect(models.providers["anthropic-field-work"]).toEqual({
      baseUrl: "https://api.anthropic.com",
      api: "anthropic-messages",
      apiKey: { source: "env", provider: "default", id: "OPENCLAW_MODEL_KEY_FIELD_WORK" },
      models: [{ id: "golden-other", name: "golden-other" }],
    });
    expect(plugins.allow).toEqual(["memory-core", "anthropic"]);
  });

  it("on the page what is missing, and nothing where nothing is", () => {
    const stripe = (settings: MachineSettings) => openclaw(settings).gateway.controlUi.environment;
    expect(stripe(minimal)).toEqual({ label: "model is not set", color: "red" });
    const model = { provider: "openai", id: "m" } as const;
    expect(stripe({ ...minimal, model })).toEqual({ label: "model.apiKey is not set", color: "red" });
    expect(stripe({ ...minimal, model: { ...model, provider: "custom" } })).toBeUndefined();
    expect(stripe(full)).toBeUndefined();
  });

  it("agents with their own limits and tools", () => {
    const { entries } = openclaw(full).agents;
    expect(entries.main).toEqual({
      workspace: "/var/lib/openclaw/workspace/main",
      sandbox: { docker: { memory: "512m", memorySwap: "512m", cpus: 1, pidsLimit: 256 } },
    });
    expect(entries["field-work"]).toMatchObject({
      tools: { allow: ["exec", "read"], deny: ["process"] },
      sandbox: { docker: { memory: "1024m", memorySwap: "1024m", cpus: 1.5, pidsLimit: 100 } },
    });
  });

  it("a gateway that pairs nobody unasked and runs agents nowhere but in the sandbox", () => {
    const { gateway, agents, tools } = openclaw(minimal);
    expect(gateway).toMatchObject({
      bind: "loopback",
      auth: { mode: "token", allowTailscale: false },
      trustedProxies: ["127.0.0.1", "::1"],
      allowRealIpFallback: false,
      nodes: { pairing: { autoApproveLocal: false, sshVerify: false } },
    });
    expect(agents.defaults.sandbox).toMatchObject({ mode: "all", workspaceAccess: "none" });
    expect(agents.defaults.sandbox.docker).toMatchObject({ network: "none", capDrop: ["ALL"] });
    expect(tools).toMatchObject({ elevated: { enabled: false }, exec: { host: "sandbox" } });
  });
});

describe("an agent that may reach some hosts", () => {
  const paths = (settings: MachineSettings) =>
    read(settings)
      .write_files.map(({ path }) => path)
      .filter((path) => /squid|egress/.test(path));

  it("has its own port of the filtering proxy, and nothing passes there but its hosts, judged by name first", () => {
    expect(file(full, "/etc/squid/agents/field-work.conf").content.split("\n").slice(0, 4)).toEqual([
      "http_port 127.0.0.1:3128 name=agent_field-work",
      "acl agent_field-work myportname agent_field-work",
      "acl hosts_field-work dstdomain -n api.example.com example.org",
      "http_access allow agent_field-work hosts_field-work !inner",
    ]);
    expect(environment(full, "/etc/squid/agents/field-work.env")).toMatchObject({ PROXY: "127.0.0.1:3128" });
    const { content } = file(full, "/etc/squid/squid.conf");
    const access = content.split("\n").filter((line) => /^(http_access|include)/.test(line));
    expect(access).toEqual([
      "http_access deny tunnel !tls",
      "http_access deny !tunnel !web",
      "http_access deny !tunnel !http",
      "include /etc/squid/agents/*.conf",
      "http_access deny all",
    ]);
  });

  it("has a container without a network that holds the socket of its own forwarder", () => {
    const { defaults, entries } = openclaw(full).agents;
    expect(defaults.sandbox.docker.network).toBe("none");
    const { docker } = entries["field-work"].sandbox;
    expect(docker.network).toBeUndefined();
    expect(docker.binds).toEqual(["/var/lib/openclaw-egress/field-work:/run/egress:ro"]);
    expect(file(full, "/etc/systemd/system/openclaw-egress@.socket").content).toContain(
      "ListenStream=/var/lib/openclaw-egress/%i/proxy\n",
    );
    expect(docker.env).toMatchObject({ HTTPS_PROXY: "http://127.0.0.1:3128" });
  });

  it("is the only reason for a proxy", () => {
    expect(paths(full)).toContain("/usr/local/lib/openclaw/steps/egress");
    expect(paths(minimal)).toEqual([]);
  });

  it("is refused when a name would be more than a word of squid's configuration", () => {
    const hosts = ["a.example\nhttp_access allow all"];
    const agents = { main: { ...(minimal.agents.main as AgentSettings), network: { hosts } } };
    expect(() => userData({ ...minimal, agents })).toThrow(/squid would not read it as one word/);
  });
});

describe("the metadata service, which hands out this very document", () => {
  it("answers root and the group of DigitalOcean's metrics agent", () => {
    expect(read(minimal).groups).toEqual(["metadata"]);
    expect(file(minimal, "/etc/nftables.conf").content).toMatch(
      /ip daddr 169\.254\.0\.0\/16 meta skuid != root meta skgid != metadata .*reject/,
    );
    expect(file(minimal, "/etc/systemd/system/do-agent.service.d/openclaw.conf").content).toContain(
      "Group=metadata",
    );
  });
});
