import { describe, expect, it } from "@jest/globals";
import { until } from "../../../rehearsal/host/until.ts";
import { places } from "../client/connect.ts";
import { request } from "../client/http.ts";
import { hostKey } from "../client/ssh.ts";
import { gateway, stack } from "../gateway.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const top = "/srv/openclaw";
const hostKeyFile = "/etc/ssh/ssh_host_ed25519_key";
const pid = (unit: string) => outputOf(`systemctl show --property MainPID --value ${unit}`);
const isActive = async (unit: string) => (await inDroplet(`systemctl is-active --quiet ${unit}`)).code === 0;
const isAnswering = async () =>
  (await request({ path: "/readyz" }).catch(() => ({ status: 0 }))).status === 200;

describe("the Volume", () => {
  it.each(["openclaw", "openclaw-workspaces", "openclaw-snapshots", "caddy", "fail2ban"])(
    "holds /var/lib/%s",
    async (name) => {
      const mounted = await outputOf(`findmnt --noheadings --output FSTYPE,SOURCE,OPTIONS /var/lib/${name}`);
      expect(mounted).toMatch(new RegExp(`^xfs +/dev/\\S+\\[/${name}\\] +rw,nosuid,nodev,`));
    },
  );

  it("holds SSH's host key, which is the stack's and root's alone", async () => {
    const mounted = await outputOf(`findmnt --noheadings --output FSTYPE,SOURCE,OPTIONS ${hostKeyFile}`);
    expect(mounted).toMatch(/^xfs +\/dev\/\S+\[\/ssh\/ssh_host_ed25519_key\] +rw,nosuid,nodev,/);
    expect(await outputOf(`stat --format '%a %U' ${hostKeyFile} ${top}/ssh`)).toBe("600 root\n700 root");
    expect(await outputOf(`ssh-keygen -y -f ${hostKeyFile}`)).toBe(gateway.sshHostKey);
  });

  it("holds nothing that anybody but root reaches past those places", async () => {
    expect(await outputOf(`stat --format '%a %U' ${top}`)).toBe("700 root");
  });

  it("keeps the image of agents' containers", async () => {
    expect(await outputOf(`ls ${top}/sandbox-image`)).toMatch(/^[0-9a-f]{64}-[0-9a-f]{64}\.tar$/);
  });

  it("gives Caddy its files, whatever number its user had on the last machine", async () => {
    await outputOf("systemctl stop caddy; chown --recursive 4711:4711 /var/lib/caddy; systemctl start caddy");
    expect(await outputOf("find /var/lib/caddy ! -user caddy -print -quit")).toBe("");
    await until(isAnswering, "Caddy to answer with its old certificate");
  });

  const gibibytes = async (command: string) => Number(await outputOf(command)) / 1024 ** 3;
  const size = () => gibibytes(`blockdev --getsize64 "$(findmnt --noheadings --output SOURCE ${top})"`);

  async function grow(): Promise<void> {
    await stack.set("volume.gigabytes", String((await size()) + 2));
    await stack.up(() => {});
  }

  it("grows in place, and the gateway does not notice", async () => {
    const now = await size();
    const gateway = await pid("openclaw-gateway");
    await grow();
    const room = () => gibibytes(`df --block-size=1 --output=size ${top} | tail -1`);
    await until(async () => (await room()) > now + 1.5, "the file system to follow", 20);
    expect(await pid("openclaw-gateway")).toBe(gateway);
  }, 120_000);

  it("says when it is full, and the setup goes on by itself when it has grown", async () => {
    const free = `df --output=avail --block-size=1 ${top} | tail -1`;
    await outputOf(`fallocate --length $(($(${free}) - (32 << 20))) ${top}/much`);
    await inDroplet("systemctl restart openclaw-setup");
    const status = () => outputOf("openclaw-setup-status || true");
    expect(await status()).toBe("failed: volume: the Volume is full: raise volume.gigabytes, then pulumi up");
    await grow();
    await until(async () => (await status()) === "ready", "the setup to end well", 120);
    await outputOf(`rm ${top}/much`);
    await until(isAnswering, "the gateway to answer again");
  }, 240_000);

  it("takes the gateway with it when it goes, and comes before the gateway again", async () => {
    await outputOf(`kill -KILL ${await pid("openclaw-volume")}`);
    await until(async () => !(await isActive("openclaw-gateway")), "the gateway to stop");
    expect(await outputOf("systemctl is-active openclaw-volume || true")).toBe("failed");
    await outputOf("systemctl start openclaw-gateway");
    expect(await isActive("openclaw-volume")).toBe(true);
  }, 120_000);

  it("leaves empty places of root's behind, and no gateway starts there", async () => {
    await outputOf("systemctl stop openclaw-volume");
    expect(await isActive("openclaw-gateway")).toBe(false);
    expect(await outputOf(`find /var/lib/openclaw /var/lib/caddy ${top} -printf '%p %m %U\\n'`)).toBe(
      [`/var/lib/openclaw 555 0`, `/var/lib/caddy 555 0`, `${top} 755 0`].join("\n"),
    );
    // SSH is the way to a machine whose Volume is gone: it starts, and is the one that clients know.
    expect((await inDroplet(`mountpoint --quiet ${hostKeyFile}`)).code).not.toBe(0);
    await outputOf("systemctl restart ssh");
    expect(await hostKey(places.host)).toBe(gateway.sshHostKey);
    const forced = "systemctl start --job-mode=ignore-dependencies openclaw-gateway";
    expect((await inDroplet(forced)).code).not.toBe(0);
    await outputOf("systemctl start openclaw-gateway openclaw-sandbox caddy fail2ban");
    await until(isAnswering, "the gateway to answer again");
  }, 120_000);
});
