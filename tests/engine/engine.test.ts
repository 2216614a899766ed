import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";

const directory = mkdtempSync(join(tmpdir(), "openclaw-droplet-engine-"));
const path = process.env.PATH ?? "";
const download = globalThis.fetch;
process.env.XDG_CACHE_HOME = join(directory, "cache");
const cache = join(directory, "cache", "openclaw-droplet");
// Read when it is loaded: where the cache is.
const { prepareCli } = await import("../../rehearsal/engine/cli.ts");
const { preparePlugins } = await import("../../rehearsal/engine/plugins.ts");

const lines: string[] = [];
const progress = (line: string) => void lines.push(line);

beforeEach(() => {
  lines.length = 0;
  refuseDownloads();
  onlyOnPath({});
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));
afterAll(() => {
  process.env.PATH = path;
  globalThis.fetch = download;
  rmSync(directory, { recursive: true });
});

const pulumi = (version: string) => ({ pulumi: `echo ${version}`, "pulumi-language-nodejs": "" });

describe("the engine", () => {
  it("is the one on PATH, when it is new enough", async () => {
    const bin = onlyOnPath(pulumi("v3.260.1"));
    expect(await prepareCli(progress)).toEqual({
      pulumi: join(bin, "pulumi"),
      source: `pulumi 3.260.1, on PATH at ${join(bin, "pulumi")}`,
    });
    expect(existsSync(cache)).toBe(false);
  });

  it.each([
    ["too old", pulumi("v3.99.0")],
    ["without its nodejs language host", { pulumi: "echo v3.260.1" }],
  ])("is built from Go modules when the one on PATH is %s and there is no download", async (_, found) => {
    onlyOnPath({ ...found, ...go() });
    const cli = await prepareCli(progress);
    expect(cli.source).toBe("pulumi 3.259.0, built from modules with go version go1.99 test");
    expect(execFileSync(cli.pulumi, { encoding: "utf8" })).toContain("-trimpath");
    expect(readdirSync(join(cli.pulumi, ".."))).toEqual(["pulumi", "pulumi-language-nodejs", "source"]);
    expect(lines.some((line) => line.includes("from Go modules"))).toBe(true);
  });

  it("is built once", async () => {
    onlyOnPath(go());
    await prepareCli(progress);
    lines.length = 0;
    await prepareCli(progress);
    expect(lines).toEqual([]);
  });

  it("is the official download, where there is one", async () => {
    offerDownload(archive());
    const cli = await prepareCli(progress);
    expect(cli.source).toBe("pulumi 3.259.0, official download");
    expect(execFileSync(cli.pulumi, { encoding: "utf8" })).toBe("downloaded\n");
  });

  it("is built when the download breaks off", async () => {
    onlyOnPath(go());
    offerDownload(archive().subarray(0, 60));
    expect((await prepareCli(progress)).source).toContain("built from modules");
  });

  it("says what to install when there is no way to have it", async () => {
    await expect(prepareCli(progress)).rejects.toThrow(
      /none of version 3\.259\.0 or later on PATH.*failed \(no such host\).*no Go.*Install Pulumi .* or Go /s,
    );
    expect(readdirSync(cache).filter((name) => !name.endsWith(".part"))).toEqual([]);
  });

  it("stops building when the user cancels, and begins anew the next time", async () => {
    const pid = join(directory, "go.pid");
    onlyOnPath(go(`trap 'exit 130' INT; echo $$ > ${pid}; while :; do sleep 0.05; done`));
    const cancelled = new AbortController();
    const outcome = expect(prepareCli(progress, cancelled.signal)).rejects.toThrow("aborted");
    while (!existsSync(pid)) await sleep(10);
    cancelled.abort();
    await outcome;
    await sleep(200);
    expect(() => process.kill(Number(readFileSync(pid, "utf8")), 0)).toThrow("ESRCH");

    onlyOnPath(go());
    expect((await prepareCli(progress)).source).toContain("built from modules");
    expect(readdirSync(cache)).toHaveLength(1);
  });
});

describe("the provider plugins", () => {
  const log = join(directory, "pulumi.log");
  let installer = "";
  beforeEach(() => {
    rmSync(log, { force: true });
    installer = join(onlyOnPath({ pulumi: `echo "$PULUMI_HOME $*" >> ${log}` }), "pulumi");
    process.env.PULUMI_HOME = join(directory, "users-home");
    delete process.env.OPENCLAW_REHEARSAL_PLUGINS;
  });

  it("are stand-ins when the official ones cannot be downloaded", async () => {
    const { source, home } = await preparePlugins(installer, progress);
    expect(source).toMatch(/^stand-in digitalocean [\d.]+, stand-in command [\d.]+, stand-in random [\d.]+$/);
    expect(home.startsWith(cache)).toBe(true);
    const versions = source.match(/[\d.]+/g);
    for (const [index, name] of ["digitalocean", "command", "random"].entries()) {
      expect(readFileSync(log, "utf8")).toContain(
        `plugin install resource ${name} ${versions?.[index]} --file`,
      );
    }
    expect(existsSync(join(directory, "users-home"))).toBe(false);
  });

  it("are the official ones where they can be downloaded", async () => {
    offerDownload(Buffer.alloc(0));
    expect((await preparePlugins(installer, progress)).source).toMatch(/^(official \w+ [\d.]+(, )?){3}$/);
    expect(readFileSync(log, "utf8")).not.toContain("--file");
  });

  it("are copies of those that the user has installed", async () => {
    const version = /random ([\d.]+)/.exec((await preparePlugins(installer, progress)).source)?.[1];
    const users = join(directory, "users-home", "plugins", `resource-random-v${version}`);
    mkdirSync(users, { recursive: true });
    writeFileSync(join(users, "pulumi-resource-random"), "");
    expect((await preparePlugins(installer, progress)).source).toMatch(/, official random /);
    expect(readFileSync(log, "utf8")).toContain(`--file ${users}`);
    rmSync(join(directory, "users-home"), { recursive: true });
  });

  it("are what the environment asks for, or none", async () => {
    process.env.OPENCLAW_REHEARSAL_PLUGINS = "official";
    await expect(preparePlugins(installer, progress)).rejects.toThrow(
      /official plugin digitalocean .*: no such host/,
    );
    process.env.OPENCLAW_REHEARSAL_PLUGINS = "stand-in";
    offerDownload(Buffer.alloc(0));
    expect((await preparePlugins(installer, progress)).source).not.toContain("official");
    process.env.OPENCLAW_REHEARSAL_PLUGINS = "both";
    await expect(preparePlugins(installer, progress)).rejects.toThrow('OPENCLAW_REHEARSAL_PLUGINS is "both"');
  });
});

/** A `go` that "builds" a script, which says how it was built. */
function go(
  build = 'while [ "$1" != -o ]; do all="$all $1"; shift; done; echo "#!/bin/sh\necho $all" > "$2"; chmod +x "$2"',
) {
  return { go: `[ "$1" = version ] && { echo go version go1.99 test; exit; }\n${build}` };
}

/** Makes PATH these scripts, and of the system's programs those that they need; gives their folder. */
function onlyOnPath(scripts: Readonly<Record<string, string>>): string {
  const bin = mkdtempSync(join(directory, "bin-"));
  for (const tool of ["tar", "gzip", "chmod", "sleep"]) {
    const found = path.split(delimiter).find((folder) => existsSync(join(folder, tool)));
    symlinkSync(join(found ?? "", tool), join(bin, tool));
  }
  for (const [name, script] of Object.entries(scripts)) executable(join(bin, name), script);
  process.env.PATH = bin;
  return bin;
}

function executable(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function refuseDownloads(): void {
  globalThis.fetch = () =>
    Promise.reject(new TypeError("fetch failed", { cause: new Error("no such host") }));
}

function offerDownload(content: Buffer): void {
  globalThis.fetch = async () => new Response(new Uint8Array(content));
}

/** What Pulumi's site would send. */
function archive(): Buffer {
  const content = join(directory, "archive", "pulumi");
  mkdirSync(content, { recursive: true });
  for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-language-go"]) {
    executable(join(content, name), "echo downloaded");
  }
  return execFileSync("tar", ["-cz", "-C", join(directory, "archive"), "pulumi"]);
}
