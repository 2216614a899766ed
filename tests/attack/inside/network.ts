/** Anything that answers: the machine, its neighbours, the metadata service, the Internet. */
import { gateway } from "../../machine/gateway.ts";
import { outputOf } from "../../machine/in-droplet.ts";
import { attacks } from "../attack.ts";
import { inShell } from "../scripts.ts";
import { agent, root } from "../shells.ts";

const curl = "curl --silent --show-error --insecure --output /dev/null --max-time 3";
const tcp = (host: string, port: number) => `timeout 3 bash -c '</dev/tcp/${host}/${port}'`;
const unreachable = /Network is unreachable|Could not connect|Failed to connect|Connection refused/;

/** The machine's next neighbour. */
const router = await outputOf("ip route show default | cut -d ' ' -f 3");

const python = (statement: string) => `python3 -c '${statement}'`;

attacks({
  who: "the agent",
  wants: "the network",
  rows: inShell(agent, [
    {
      tries: "connect to the gateway on loopback",
      script: `${curl} http://127.0.0.1:18789/`,
      refused: unreachable,
      possible: root,
    },
    {
      tries: "connect to the machine's own address",
      script: tcp(gateway.dropletAddress, 443),
      refused: unreachable,
      possible: root,
    },
    {
      tries: "connect to the machine's SSH",
      script: tcp(gateway.dropletAddress, 22),
      refused: unreachable,
      possible: root,
    },
    {
      tries: "connect to the Reserved IP",
      script: tcp(gateway.address, 443),
      refused: unreachable,
    },
    {
      tries: "connect to a neighbour",
      script: tcp(gateway.hostAddress, 9),
      refused: unreachable,
    },
    {
      tries: "send a UDP packet (DNS)",
      script: python(
        `import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("${router}", 53))`,
      ),
      refused: /Network is unreachable/,
      possible: root,
    },
    {
      tries: "resolve a name",
      script: "getent hosts permitted.example",
      refused: /^$/,
    },
    {
      tries: "connect over IPv6",
      script: tcp("2606:4700::1", 443),
      refused: /Network is unreachable|Cannot assign/,
    },
    {
      tries: "send raw packets",
      script: python("import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
      refused: /Operation not permitted|Address family not supported/,
      possible: root,
    },
    {
      tries: "find a socket of the machine in its file system",
      script: "find / /run /tmp /workspace -xdev -type s 2> /dev/null | grep .",
      refused: /^$/,
      possible: root,
    },
    {
      tries: "find an abstract socket of the machine",
      script: "cut -d ' ' -f 8 /proc/net/unix | grep @",
      refused: /^$/,
      possible: root,
    },
  ]),
});
