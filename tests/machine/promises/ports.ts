import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { connect, type Place, places } from "../client/connect.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

/** A port on which something listens that the machine does not mean to show. */
const forgotten = 8080;
const ports = [
  ...[21, 22, 23, 25, 53, 80, 110, 111, 139, 143, 443, 445, 631, 853, 993, 1080, 2019, 2222, 2375, 2376],
  ...[3000, 3128, 3306, 5000, 5353, 5355, 5432, 6379, 8000, forgotten, 8081, 8443, 8888, 9000, 9090],
  ...[9222, 11211, 18789, 18790, 18791, 27017],
];

/** Which ports take a connection within 2 seconds; a filter that drops never says no. */
async function openPorts(from: Place, host: string): Promise<number[]> {
  const tries = ports.map(async (port) => {
    const socket = await connect(from, port, host, AbortSignal.timeout(2000)).catch(() => undefined);
    socket?.destroy();
    return socket && port;
  });
  return (await Promise.all(tries)).filter((port) => port !== undefined);
}

describe("ports", () => {
  beforeAll(async () => {
    await outputOf(
      `systemd-run --quiet --collect --unit forgotten python3 -m http.server ${forgotten} --directory /var/empty
       until curl --silent --output /dev/null http://127.0.0.1:${forgotten}; do sleep 0.1; done`,
    );
  });
  afterAll(async () => {
    await outputOf("systemctl stop forgotten");
  });

  it("from anywhere: 80 and 443", async () => {
    expect(await openPorts(places.scanner, gateway.address)).toEqual([80, 443]);
    expect(await openPorts(places.scanner, gateway.dropletAddress)).toEqual([80, 443]);
  });

  it("from the administrator's address: 22 too", async () => {
    expect(await openPorts(places.host, gateway.address)).toEqual([22, 80, 443]);
  });

  it("are closed by the machine itself where there is no cloud firewall", async () => {
    expect(await openPorts(places.router, gateway.dropletAddress)).toEqual([22, 80, 443]);
  });

  it("inside: nothing listens but, on loopback, the gateway and the proxy of two agents; what is open, and what a test left", async () => {
    const listening = await outputOf("ss --no-header --listening --numeric --tcp | awk '{ print $4 }'");
    expect(listening.split("\n").sort()).toEqual([
      "*:443",
      "*:80",
      "0.0.0.0:22",
      `0.0.0.0:${forgotten}`,
      "127.0.0.1:18789",
      "127.0.0.1:3128",
      "127.0.0.1:3129",
      "[::1]:18789",
      "[::]:22",
    ]);
  });
});
