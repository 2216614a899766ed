import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { approve, type Devices, revoke } from "../../devices/devices.ts";
import { report } from "../../devices/report.ts";
import { projectRoot } from "../../rehearsal/run-directory.ts";

const request = (requestId: string, deviceId: string) => ({
  requestId,
  deviceId,
  clientId: "openclaw-control-ui",
  clientMode: "webchat",
  platform: "Linux x86_64",
  roles: ["operator"],
  scopes: ["operator.read", "operator.write"],
  remoteIp: "203.0.113.5",
  ts: Date.UTC(2026, 10, 23, 7, 58, 38, 718),
});

const devices: Devices = {
  pending: [request("request-1", "aaaa"), request("request-2", "bbbb")],
  paired: [{ ...request("", "cccc"), approvedAtMs: Date.UTC(2026, 0, 2), lastSeenAtMs: undefined }],
};

/** A machine that has these devices and notes what it is told to change. */
function machine(told: string[]) {
  return async (...words: readonly string[]) => {
    if (words[1] === "list") return JSON.stringify(devices);
    told.push(words.join(" "));
    return "{}";
  };
}

describe("approving and revoking", () => {
  let told: string[];
  beforeEach(() => {
    told = [];
  });

  it("approves the one request that was named", async () => {
    expect(await approve(machine(told), "request-2")).toContain("203.0.113.5, fingerprint bbbb");
    expect(told).toEqual(["devices approve request-2 --json"]);
  });

  it("revokes the one device that was named", async () => {
    expect(await revoke(machine(told), "cccc")).toContain("fingerprint cccc");
    expect(told).toEqual(["devices remove cccc --json"]);
  });

  it.each(["request-3", "request", "aaaa", "--latest", ""])("approves nothing by the ID %p", async (id) => {
    await expect(approve(machine(told), id)).rejects.toThrow(
      "there are: request-1, request-2. Nothing was changed",
    );
    expect(told).toEqual([]);
  });

  it.each(["aaaa", "ccc", "request-1"])("revokes nothing by the ID %p", async (id) => {
    await expect(revoke(machine(told), id)).rejects.toThrow("there are: cccc. Nothing was changed");
    expect(told).toEqual([]);
  });
});

describe("the list", () => {
  it("has all that one decides by", () => {
    expect(report(devices)).toBe(`Waiting for approval: 2

  request      request-1
  fingerprint  aaaa
  address      203.0.113.5
  client       openclaw-control-ui (webchat) on Linux x86_64
  wants        operator: operator.read, operator.write
  asked        2026-11-23 07:58:38 UTC

  request      request-2
  fingerprint  bbbb
  address      203.0.113.5
  client       openclaw-control-ui (webchat) on Linux x86_64
  wants        operator: operator.read, operator.write
  asked        2026-11-23 07:58:38 UTC

Approved: 1

  fingerprint  cccc
  address      203.0.113.5
  client       openclaw-control-ui (webchat) on Linux x86_64
  may          operator: operator.read, operator.write
  approved     2026-01-02 00:00:00 UTC
  last seen    -`);
  });

  it("shows what a client calls itself as plain text of one line", () => {
    const hostile = {
      ...request("r", "d"),
      platform: `\u001b[2J\u009b1mLinux\r\n  request      forged\u202e\u2028${"x".repeat(500)}`,
      clientId: undefined,
    };
    const text = report({ pending: [hostile], paired: [] });
    expect(text).not.toMatch(/[^\n\P{C}]|\u2028/u);
    expect(text).toContain(`client       - (webchat) on [2J1mLinux  request      forged${"x".repeat(100)}`);
    expect(text.split("\n").every((line) => line.length < 300)).toBe(true);
    expect(text.match(/^ {2}request/gm)).toHaveLength(1);
  });
});

describe("npm run devices", () => {
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "openclaw-devices-test-"));
    says("pulumi", JSON.stringify({ ipAddress: "198.51.100.7", sshHostKey: "ssh-ed25519 AAAA" }));
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  const command = (name: string, script: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  /** A command that prints this: on its standard error when it fails. */
  const says = (name: string, text: string, code = 0) =>
    command(name, `cat ${code === 0 ? "" : ">&2 "}<<'END'\n${text}\nEND\nexit ${code}`);

  function run(words: readonly string[], path = `${bin}${delimiter}${process.env.PATH}`) {
    const args = ["--disable-warning=ExperimentalWarning", join(projectRoot, "devices/cli.ts"), ...words];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      env: { PATH: path },
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  it.each([
    [["list"], "say which machine: --stack NAME or --rehearsal"],
    [["--stack", "prod", "--rehearsal", "list"], "say which machine"],
    [["--stack", "prod", "approve"], "approve needs the ID of a request: see list"],
    [["--stack", "prod", "approve", "--latest"], "Unknown option '--latest'"],
    [["--stack", "prod", "approve", "a", "b"], 'one at a time: approve takes no "b"'],
    [["--stack", "prod", "revoke"], "revoke needs the fingerprint of a device: see list"],
    [["--stack", "prod", "clear"], "no such command: clear"],
  ])("is not %p: it says why and how it is used", (words, why) => {
    const { status, stderr } = run(words);
    expect(stderr).toContain(`devices: ${why}`);
    expect(stderr).toContain("npm run devices -- --stack NAME COMMAND");
    expect(status).toBe(2);
  });

  it.each([
    ["no machine", "{}", 0, "has no machine: bring it up with `pulumi up --stack prod`"],
    [
      "no admin",
      '{ "ipAddress": "198.51.100.7" }',
      0,
      "has no admin, .* Set admin.publicKey and admin.cidrs",
    ],
    ["no name", "error: no stack named 'prod' found", 255, "error: no stack named 'prod' found"],
  ])("says the cure for a stack that has %s", (_, text, code, words) => {
    says("pulumi", text, code);
    const { status, stderr } = run(["--stack", "prod", "list"]);
    expect(stderr).toMatch(new RegExp(`^devices: .*${words}`));
    expect(status).toBe(1);
  });

  it("says that it needs pulumi", () => {
    rmSync(join(bin, "pulumi"));
    expect(run(["--stack", "prod", "list"], bin).stderr).toContain("there is no pulumi on PATH");
  });

  it.each([
    [
      "Host key verification failed.",
      255,
      "does not have the stack's SSH host key, so nothing was sent to it",
    ],
    ["admin@198.51.100.7: Permission denied (publickey).", 255, "does not take your SSH key. .*ssh-add"],
    ["ssh: connect to host 198.51.100.7 port 22: Connection timed out", 255, "cannot be .*admin.cidrs"],
    ["[openclaw] Reason: the gateway is not there\u001b[0m", 1, "\\[openclaw\\] Reason: .*there\\[0m\n$"],
  ])("says reason and cure when ssh ends with: %s", (said, code, words) => {
    says("ssh", said, code);
    const { status, stderr } = run(["--stack", "prod", "list"]);
    expect(stderr).toMatch(new RegExp(`^devices: .*${words}`));
    expect(status).toBe(1);
  });

  it("speaks only to the machine that has the stack's host key, and gives its shell each word as it is", () => {
    const list = { ...devices, pending: [request("it's; touch /tmp/x", "dddd")] };
    const keep = `grep . $(printf '%s\\n' "$@" | sed -n s/^UserKnownHostsFile=//p) >>${bin}/known_hosts; printf '%s\\n' "$@" >>${bin}/args`;
    command("ssh", `${keep}\ncat <<'END'\n${JSON.stringify(list)}\nEND`);
    expect(run(["--stack", "prod", "approve", "it's; touch /tmp/x"])).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(new Set(readFileSync(join(bin, "known_hosts"), "utf8").trim().split("\n"))).toEqual(
      new Set(["gateway ssh-ed25519 AAAA"]),
    );
    const args = readFileSync(join(bin, "args"), "utf8").split("\n");
    expect(args).toEqual(expect.arrayContaining(["StrictHostKeyChecking=yes", "HostKeyAlias=gateway"]));
    const [listed, approved] = args.filter((arg) => arg.includes("openclaw'"));
    expect(listed).toBe("'sudo' '--non-interactive' 'openclaw' 'devices' 'list' '--json'");
    expect(approved).toContain(" 'devices' 'approve' 'it'\\''s; touch /tmp/x' '--json'");
  });
});
