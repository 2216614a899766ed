/** The runtime of the containers, asked over its socket for what no agent gets: it is worth user sandbox, no more. */
import { image } from "../../machine/agent.ts";
import { attacks } from "../attack.ts";
import { inShell } from "../scripts.ts";
import { gatewayTakenOver, root } from "../shells.ts";

/** The most that can be asked for; its own / is the machine's as the runtime's user sees it, at /host. */
const run = (command: string, flags = "") =>
  `docker run --rm --privileged --user 0:0 --volume /:/host ${flags} ${image} ${command}`;
const sh = (script: string, flags?: string) => run(`sh -c '${script}'`, flags);

const denied = /Permission denied/;
const startUnit =
  "dbus-send --system --print-reply --dest=org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager.StartUnit string:fail2ban.service string:replace";

attacks({
  who: "the gateway taken over",
  wants: "the machine, by a privileged container with / in it",
  rows: inShell(gatewayTakenOver, [
    {
      tries: "read the machine's passwords",
      // the first shows that the machine's files are there
      script: sh("cat /host/etc/debian_version && cat /host/etc/shadow > /dev/null"),
      refused: /^(?=.*\d+\.\d+)(?=.*Permission denied)/s,
      possible: root,
      otherwise: "cat /etc/shadow > /dev/null",
    },
    {
      tries: "read the file with the keys",
      script: sh("cat /host/etc/openclaw/gateway.env > /dev/null"),
      refused: denied,
      possible: root,
      otherwise: "cat /etc/openclaw/gateway.env > /dev/null",
    },
    {
      tries: "read the gateway's configuration",
      script: sh("cat /host/etc/openclaw/openclaw.json > /dev/null"),
      refused: denied,
    },
    {
      tries: "read cloud-init's copy of the user-data",
      script: sh("cat /host/var/lib/cloud/instance/user-data.txt > /dev/null"),
      refused: denied,
    },
    {
      tries: "read the certificate's key",
      script: sh("ls /host/var/lib/caddy/certificates"),
      refused: denied,
    },
    {
      tries: "let itself in by SSH",
      script: sh("echo key >> /host/root/.ssh/authorized_keys"),
      refused: denied,
    },
    {
      tries: "leave a task for cron",
      script: sh("echo x > /host/etc/cron.d/planted"),
      refused: /Permission denied|Read-only/,
    },
    {
      tries: "put a docker where root and the gateway look for programs",
      script: sh(
        "for place in usr/local/sbin usr/local/bin usr/bin opt/openclaw/node/bin; do touch /host/$place/docker && exit; done; false",
      ),
      refused: /Permission denied|Read-only/,
    },
    // whose names and arguments it sees, as every user of the machine does
    {
      tries: "read the environment of the machine's processes",
      script: sh("cat /proc/1/environ > /dev/null", "--pid host"),
      refused: denied,
      possible: root,
      otherwise: "cat /proc/1/environ > /dev/null",
    },
    {
      tries: "enter the namespaces of the machine's first process",
      script: run("nsenter --target 1 --mount true", "--pid host"),
      refused: /Permission denied|Operation not permitted/,
      possible: root,
      otherwise: "nsenter --target 1 --mount true",
    },
    {
      tries: "end the machine's processes",
      script: sh("kill -0 1", "--pid host"),
      refused: /Operation not permitted/,
      possible: root,
      otherwise: "kill -0 1",
    },
    {
      tries: "use the machine's network",
      script: run(
        "curl --silent --max-time 3 http://169.254.169.254/metadata/v1/user-data",
        "--network host",
      ),
      refused: /operation not permitted|error mounting "sysfs"/,
    },
    {
      tries: "have a bridge to the Internet",
      script: run("curl --silent --show-error --max-time 3 http://169.254.169.254/", "--network bridge"),
      refused: /curl: \(7\)|network bridge/,
    },
    {
      tries: "make the disk's device and read it",
      script: sh("mknod /disk b 254 0 && head -c 1 /disk || head -c 1 /host/dev/vda"),
      refused: /Operation not permitted/,
    },
    {
      tries: "load a module",
      script: sh(
        'python3 -c "import ctypes, os; l = ctypes.CDLL(None, use_errno=True); r = l.syscall(175, 0, 0, b\\"\\"); print(os.strerror(ctypes.get_errno())); exit(r < 0)"',
      ),
      refused: /Operation not permitted/,
    },
    {
      tries: "be the program that handles crashes",
      script: sh("echo x > /proc/sys/kernel/core_pattern"),
      refused: /Permission denied|Read-only/,
    },
    {
      tries: "set the clock",
      script: sh("date --set 2030-01-01"),
      refused: /Operation not permitted/,
    },
    {
      tries: "leave a program with the gateway's rights in a workspace",
      script: sh(
        "cp /bin/bash /host/var/lib/openclaw-workspaces/planted && chmod u+s /host/var/lib/openclaw-workspaces/planted && rm /host/var/lib/openclaw-workspaces/planted",
      ),
      refused: /Operation not permitted|Permission denied/,
    },
    {
      tries: "be root outside of a user namespace",
      script: `${run("cat /proc/self/uid_map", "--userns host")} | grep 4294967295`,
      refused: /^$/,
      possible: root,
      otherwise: "grep 4294967295 /proc/self/uid_map",
    },
    {
      tries: "ask systemd for a service",
      script: run(`chroot /host ${startUnit}`),
      refused: /Did not receive a reply|Access denied|authentication required/,
      possible: root,
      otherwise: startUnit,
    },
    {
      tries: "pull an image",
      script: "docker pull debian:trixie",
      refused: /dial tcp|network is unreachable|lookup/,
    },
  ]),
});
