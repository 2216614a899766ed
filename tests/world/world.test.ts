import { closeSync, openSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { PacketRules } from "../../rehearsal/cloud/world.ts";
import { RunRecord } from "../../rehearsal/host/record.ts";
import { run } from "../../rehearsal/host/run.ts";
import { until } from "../../rehearsal/host/until.ts";
import type { RehearsalWorld } from "../../rehearsal/world.ts";
import { bootDroplet, dropletId } from "./droplet.ts";
import { createTestWorld } from "./test-world.ts";

/** Answers with the client's address on ports 80 and 8080. */
const userData = `#cloud-config
write_files:
  - path: /usr/local/bin/answer
    permissions: "0755"
    content: |
      #!/usr/bin/python3
      import http.server, sys
      class Answer(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
              self.wfile.write(self.client_address[0].encode())
      http.server.HTTPServer(("0.0.0.0", int(sys.argv[1])), Answer).serve_forever()
runcmd:
  - systemd-run answer 80
  - systemd-run answer 8080
`;

const everywhere = ["0.0.0.0/0", "::/0"];
const web: PacketRules = {
  inbound: [{ protocol: "tcp", ports: [80, 80], cidrs: everywhere }],
  outbound: [{ protocol: "tcp", ports: [14000, 14000], cidrs: everywhere }],
};

/** A DNS query for the name servers of the root: every resolver answers it. */
const askForRoot = `resolver = open("/etc/resolv.conf").read().split()[1]
query = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
query.settimeout(3)
query.sendto(bytes.fromhex("1234 0100 0001 0000 0000 0000 00 0002 0001"), (resolver, 53))
try:
    query.recv(4096)
except TimeoutError:
    raise SystemExit(1)`;

describe("a world with one Droplet", () => {
  let world: RehearsalWorld;
  let runDirectory: string;
  let close: () => Promise<void>;
  let address: string;
  let reservedIp: string;

  const inDroplet = (script: string) =>
    world.exec(dropletId, ["sh", "-c", script], ["ignore", "ignore", "inherit"]);
  const get = (url: string) => ["--silent", "--fail", "--max-time", "3", url];
  const python = (script: string) =>
    world.exec(
      dropletId,
      ["python3", "-c", `import socket\nfrom urllib.request import urlopen\n${script}`],
      ["ignore", "ignore", "inherit"],
    );
  const ready = () => inDroplet("cloud-init status --wait | grep -q 'status: done'");

  beforeAll(async () => {
    ({ world, runDirectory, close } = await createTestWorld());
    await world.filter(dropletId, web);
    address = await bootDroplet(world, userData);
    reservedIp = world.allocateReservedIp();
    await world.mapReservedIp(reservedIp, dropletId);
    expect(await ready()).toBe(0);
  }, 600_000);

  afterAll(() => close());

  it("gives a command's exit code and runs it as root within the Droplet's limits", async () => {
    expect(await inDroplet("exit 7")).toBe(7);
    expect(
      await inDroplet("test $(id -u) = 0 && test $(hostname) = claw-1 && test $(cat /proc/1/comm) = systemd"),
    ).toBe(0);
    expect(await inDroplet("systemctl is-system-running --wait")).toBe(0);
    const greedy = "head -c 1500M /dev/zero | tail -c 1400M | wc -c"; // on a machine of 1 GB
    expect(await inDroplet(`test "$(${greedy})" = ${1400 * 1024 * 1024}`)).not.toBe(0);
  });

  it("shows the Droplet its clients' own addresses, at its own and its Reserved IP", async () => {
    for (const ip of [address, reservedIp]) {
      expect(await run("curl", get(`http://${ip}/`))).toBe(world.hostAddress);
      for (const client of world.clientAddresses.slice(0, 2))
        expect(await world.runInInternet("curl", ["--interface", client, ...get(`http://${ip}/`)])).toBe(
          client,
        );
    }
  });

  it("lets through only what the firewall's rules say, in both directions, and everything without a firewall", async () => {
    const other = get(`http://${reservedIp}:8080/`);
    const resolves = () => python(askForRoot);
    await expect(run("curl", other)).rejects.toThrow("(28)");
    expect(await resolves()).not.toBe(0);

    await world.filter(dropletId, null);
    expect(await run("curl", other)).toBe(world.hostAddress);
    expect(await resolves()).toBe(0);
    expect(await python(`urlopen("http://${reservedIp}/", timeout=3)`)).toBe(0); // itself, by its Reserved IP
    await world.filter(dropletId, web);
    await expect(run("curl", other)).rejects.toThrow("(28)");
  }, 60_000);

  it("answers for the metadata service to the Droplet alone, whatever the firewall says", async () => {
    const url = "http://169.254.169.254/metadata/v1/reserved_ip/ipv4/ip_address";
    expect(await python(`assert urlopen("${url}").read() == b"${reservedIp}"`)).toBe(0);
    await expect(world.runInInternet("curl", get(url))).rejects.toThrow("(28)");
  });

  it("opens no connection from the Droplet to this host", async () => {
    await world.filter(dropletId, null);
    const refused = `try:
    socket.create_connection(("${world.hostAddress}", 22), 2)
    raise SystemExit(1)
except TimeoutError:
    pass`;
    expect(await python(refused)).toBe(0);
    await world.filter(dropletId, web);
  });

  it("offers an ACME directory that its own root vouches for, with the profiles of Let's Encrypt", async () => {
    const script = `import ssl, json; context = ssl.create_default_context(cadata=${JSON.stringify(world.acme.caRoot)})
profiles = json.load(urlopen("${world.acme.directory}", context=context))["meta"]["profiles"]
assert set(profiles) == {"default", "shortlived"}, profiles`;
    expect(await python(script)).toBe(0);
    expect(await run("openssl", ["x509", "-in", world.caCertificate, "-noout", "-subject"])).toContain(
      "Pebble Root CA",
    );
  });

  it("comes back after a reboot from inside, and after it was shut down", async () => {
    const answers = async () => (await run("curl", get(`http://${reservedIp}:80/`)).catch(() => "")) !== "";
    await inDroplet(
      "printf '[Service]\\nExecStart=answer 80\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/answer.service; systemctl -q enable answer; touch /run/before; systemctl reboot",
    );
    await until(
      async () => (await inDroplet("test ! -e /run/before").catch(() => 1)) === 0,
      "the reboot",
      60,
    );
    await until(answers, "the rebooted Droplet to answer", 60);

    await world.shutdown(dropletId);
    expect(await answers()).toBe(false);
    await expect(inDroplet("true")).rejects.toThrow(`Droplet ${dropletId} is not powered on`);
    await world.powerOn(dropletId);
    await until(answers, "the Droplet to answer after it was powered on", 60);
  }, 180_000);

  it("gives its address to the next Droplet, also while something still holds its network", async () => {
    const holder = await new RunRecord(runDirectory).process(`network of droplet ${dropletId}`);
    const network = openSync(`/proc/${holder?.pid}/ns/net`, "r");
    try {
      await world.mapReservedIp(reservedIp, null);
      await world.destroy(dropletId);
      await world.filter(dropletId + 1, null);
      expect(await bootDroplet(world, userData, { id: dropletId + 1 })).toBe(address);
    } finally {
      closeSync(network);
    }
    const answers = async () => (await run("curl", get(`http://${address}/`)).catch(() => "")) !== "";
    await until(answers, "the next Droplet to answer", 60);
  }, 120_000);
});
