/** The machine, from within the gateway's own process: everything but what the gateway itself lives on. */
import { attacks } from "../attack.ts";
import { inShell } from "../scripts.ts";
import { gatewayTakenOver, root } from "../shells.ts";

const readOnly = /Read-only file system/;
const denied = /Permission denied|Operation not permitted/;

/** Creates the file and takes it away again. */
const create = (path: string) => `touch ${path} && rm ${path}`;

attacks({
  who: "the gateway taken over",
  wants: "the machine",
  rows: inShell(gatewayTakenOver, [
    {
      tries: "change its own configuration",
      script: "test -w /etc/openclaw/openclaw.json || : >> /etc/openclaw/openclaw.json",
      refused: readOnly,
      possible: root,
    },
    {
      tries: "change its own program",
      script: ": >> /opt/openclaw/app/package.json",
      refused: denied,
      possible: root,
    },
    {
      tries: "put a docker where it looks for programs",
      script: 'IFS=:; for place in $PATH; do touch "$place/docker-planted" && exit; done; false',
      refused: readOnly,
      possible: root,
      otherwise: create("/usr/bin/docker-planted"),
    },
    {
      tries: "leave a unit for the next boot",
      script: create("/etc/systemd/system/planted.service"),
      refused: readOnly,
      possible: root,
    },
    {
      tries: "leave a task for cron",
      script: create("/etc/cron.d/planted"),
      refused: readOnly,
      possible: root,
    },
    {
      tries: "let itself in by SSH",
      script: create("/home/admin/.ssh/planted"),
      refused: denied,
      possible: root,
    },
    {
      tries: "be root by sudo",
      script: "sudo --non-interactive true",
      refused: /no new privileges|must be owned by uid 0/,
      possible: root,
    },
    {
      tries: "be root by a program that has its owner's rights",
      script: "su --command true root < /dev/null",
      refused: /Authentication failure/,
      possible: root,
    },
    {
      tries: "ask systemd for a process of root",
      script: "systemd-run --quiet --wait true",
      refused: /authentication required|Access denied|Operation not permitted/,
      possible: root,
    },
    {
      tries: "stop fail2ban",
      script: "fail2ban-client ping || systemctl stop fail2ban",
      refused: /authentication required|Access denied/,
      possible: root,
      otherwise: "fail2ban-client ping",
    },
    {
      tries: "change the proxy through its own socket",
      script: "curl --silent --show-error --unix-socket /run/caddy/admin.sock http://caddy/config/",
      refused: /curl: \(7\)/,
      possible: root,
    },
    {
      tries: "open the packet filter",
      script: "/usr/sbin/nft list ruleset",
      refused: denied,
      possible: root,
    },
    {
      tries: "mount",
      script: "mount -t tmpfs none /mnt",
      refused: /permission denied|must be superuser/,
      possible: root,
      otherwise: "mount -t tmpfs none /mnt && umount /mnt",
    },
    {
      tries: "make namespaces, with capabilities of its own",
      script: "unshare --user --map-root-user true",
      refused: denied,
      possible: root,
    },
    {
      tries: "end another's process",
      script: "kill -0 1",
      refused: denied,
      possible: root,
    },
    {
      tries: "send raw packets",
      script: "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'",
      refused: /Address family not supported|Operation not permitted/,
      possible: root,
    },
    {
      tries: "listen where the proxy would",
      script: "python3 -c 'import socket; socket.create_server((\"\", 81))'",
      refused: /Permission denied/,
      possible: root,
    },
    {
      tries: "find a device",
      script: "ls /dev | grep --line-regexp 'kmsg\\|mem\\|fuse\\|vda\\|loop.*\\|kvm'",
      refused: /^$/,
    },
    {
      tries: "read the kernel's log",
      script: "dmesg",
      refused: denied,
    },
  ]),
});
