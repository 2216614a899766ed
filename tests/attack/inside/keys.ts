/** The gateway key and the model key, looked for where programs keep such things. */
import { outputOf } from "../../machine/in-droplet.ts";
import { attacks } from "../attack.ts";
import { inShell, type Script } from "../scripts.ts";
import { agent, gatewayTakenOver, root } from "../shells.ts";

/** The attacker gets digests, or it would be the test that carries the keys to it. */
const digests = (
  await outputOf(
    `set -a; . /etc/openclaw/gateway.env
     for key in OPENCLAW_GATEWAY_TOKEN OPENCLAW_MODEL_KEY; do printf %s "\${!key}" | sha256sum | cut -d ' ' -f 1; done`,
  )
).split("\n");

/** Succeeds when one of the keys is a word in one of these files. */
const find = (files: string) => `python3 - <<'END'
import glob, hashlib, os, re
words = 0
for path in sorted({path for pattern in "${files}".split() for path in glob.glob(pattern, recursive=True, include_hidden=True)}):
    try:
        if not path.startswith("/proc/") and (os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) > 500_000): continue
        for word in re.findall(rb"[\\w-]{16,}", open(path, "rb").read()):
            words += 1
            if hashlib.sha256(word).hexdigest() in ${JSON.stringify(digests)}: raise SystemExit(print("in", path))
    except OSError: pass
raise SystemExit(f"no key among {words} words")
END`;

const read = (path: string) => `cat ${path} > /dev/null`;
const metadata = "curl --silent --show-error --fail --max-time 3 --output /dev/null http://169.254.169.254";
const noKey = /^no key among \d+ words$/;

const environment: Script = {
  tries: "search the environment of every process",
  script: find("/proc/[0-9]*/environ"),
  refused: noKey,
  possible: root,
};

attacks({
  who: "the agent",
  wants: "keys",
  rows: inShell(agent, [
    environment,
    {
      tries: "search the arguments of every process",
      script: find("/proc/[0-9]*/cmdline"),
      refused: noKey,
    },
    {
      tries: "search the files",
      script: find("/etc/**/* /workspace/** /run/** /tmp/** /root/** /home/** /opt/** /srv/** /var/**"),
      refused: noKey,
      possible: root,
      otherwise: find("/etc/**"),
    },
    {
      tries: "read the gateway's environment file",
      script: read("/etc/openclaw/gateway.env"),
      refused: /No such file/,
      possible: root,
    },
    {
      tries: "read cloud-init's copy of the user-data",
      script: read("/var/lib/cloud/instance/user-data.txt"),
      refused: /No such file/,
      possible: root,
    },
    {
      tries: "read the machine's files through the first process's root",
      script: read("/proc/1/root/etc/openclaw/gateway.env"),
      refused: /No such file/,
      possible: root,
    },
    {
      tries: "ask the metadata service for the user-data",
      script: `${metadata}/metadata/v1/user-data`,
      refused: /curl: \(7\)/,
      possible: root,
    },
    {
      tries: "read the kernel's memory",
      script: "head -c 1 /dev/mem || head -c 1 /proc/kcore",
      refused: /No such file/,
    },
    {
      tries: "list the kernel's keys",
      script: "test -s /proc/keys && grep . /proc/keys || { echo empty; false; }",
      refused: /^empty$/,
    },
    {
      tries: "read another agent's workspace",
      script: "ls /var/lib/openclaw-workspaces/ /run/openclaw/workspaces",
      refused: /No such file/,
      possible: root,
    },
  ]),
});

attacks({
  who: "the gateway taken over",
  wants: "keys that are not its own",
  rows: inShell(gatewayTakenOver, [
    // its own environment has the two keys: that is what it works with
    {
      tries: "read the file with the keys",
      script: read("/etc/openclaw/gateway.env"),
      refused: /Permission denied/,
      possible: root,
    },
    {
      tries: "read cloud-init's copy of the user-data",
      script: read("/var/lib/cloud/instance/user-data.txt"),
      refused: /Permission denied/,
      possible: root,
    },
    {
      tries: "ask the metadata service for the user-data",
      script: `${metadata}/metadata/v1/user-data`,
      refused: /curl: \(7\)/,
      possible: root,
    },
    {
      tries: "read the machine's passwords",
      script: read("/etc/shadow"),
      refused: /Permission denied/,
      possible: root,
    },
    {
      tries: "read the certificate's key",
      script: "ls /var/lib/caddy /var/lib/caddy/certificates",
      refused: /Permission denied/,
    },
    {
      tries: "read SSH's host keys",
      script: read("/etc/ssh/ssh_host_ed25519_key"),
      refused: /Permission denied/,
      possible: root,
    },
    {
      tries: "see the processes of others",
      script: "cat /proc/[0-9]*/comm 2> /dev/null | grep --line-regexp 'caddy\\|dockerd\\|sshd'",
      refused: /^$/,
      possible: root,
    },
    {
      tries: "read the journal",
      script: "journalctl --quiet --lines 1 | grep .",
      refused: /insufficient permissions/,
      possible: root,
    },
  ]),
});
