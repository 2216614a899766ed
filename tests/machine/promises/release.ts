import { afterAll, describe, expect, it } from "@jest/globals";
import { request } from "../client/http.ts";
import { signIn } from "../client/sign-in.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const kept = "/var/lib/openclaw-snapshots";
const mark = "/var/lib/openclaw/state/mark";
const dropIn = "/etc/systemd/system/openclaw-gateway.service.d/test.conf";
const ready = () => outputOf(`cat ${kept}/ready`);
const snapshots = async () =>
  (await outputOf(`ls ${kept}`)).split("\n").filter((name) => /^\d{8}T/.test(name));

/** Says to the machine that it holds this release, and lets it set itself up. */
const become = (version: string) =>
  inDroplet(
    `sed --in-place 's/^OPENCLAW_VERSION=.*/OPENCLAW_VERSION="${version}"/' /etc/openclaw/machine.env
     systemctl daemon-reload
     systemctl restart openclaw-setup`,
  );

describe("a release of OpenClaw", () => {
  let own: string;

  afterAll(async () => {
    await outputOf(`rm --force ${dropIn} ${mark}; echo ${own} > ${kept}/ready; rm -rf ${kept}/2*`);
    await become(own);
    expect(await outputOf("openclaw-setup-status")).toBe("ready");
  }, 120_000);

  it("that does not become ready leaves the state as it was, and says so to whoever waits outside", async () => {
    own = await ready();
    await outputOf(`echo before > ${mark} && chown openclaw: ${mark}
      mkdir --parents $(dirname ${dropIn})
      printf '[Service]\\nExecStart=\\nExecStart=/bin/sh -c "echo spoilt > ${mark}; exit 78"\\n' > ${dropIn}`);
    expect((await become("2099.1.1")).code).not.toBe(0);
    const { code, stdout } = await inDroplet("openclaw-setup-status");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^failed: ready: the gateway stopped: .*; the state is again as OpenClaw ${own} left it\n$`),
    );
    expect(await outputOf(`cat ${mark}`)).toBe("before");
    expect(await ready()).toBe(own);
    const answer = await request({ path: "/readyz" });
    expect(answer.status).toBe(503);
    expect(answer.body).toBe(`setup failed at step ready; the state is again as OpenClaw ${own} left it\n`);
    // Nothing else is told to strangers, and the gateway stays off until somebody decides.
    expect((await request({ path: "/" })).status).toBe(502);
    expect((await inDroplet("systemctl is-enabled openclaw-gateway")).stdout.trim()).toBe("disabled");
  }, 120_000);

  it("that becomes ready keeps the state, and the way back", async () => {
    await outputOf(`rm ${dropIn}`);
    const before = await snapshots();
    expect((await become("2099.1.2")).code).toBe(0);
    expect(await ready()).toBe("2099.1.2");
    expect(await outputOf(`cat ${mark}`)).toBe("before");
    const [added] = (await snapshots()).filter((name) => !before.includes(name));
    expect(await outputOf(`cat ${kept}/${added}/state/mark`)).toBe("before");
    expect((await request({ path: "/readyz" })).status).toBe(200);
    const answer = await signIn({});
    answer.client.close();
    expect(answer.code).toBe("");
  }, 120_000);

  it("that was cut off half way is undone first", async () => {
    await outputOf(`snapshot=$(ls ${kept} | grep ^2 | tail -1)
      echo "$snapshot" > ${kept}/pending; echo spoilt > ${mark}; systemctl restart openclaw-setup`);
    expect(await outputOf(`cat ${mark}`)).toBe("before");
    expect((await inDroplet(`ls ${kept}/pending`)).code).not.toBe(0);
    expect((await request({ path: "/readyz" })).status).toBe(200);
  }, 120_000);

  it("keeps three snapshots, and none for longer than a month", async () => {
    await outputOf(`mkdir ${kept}/{2098010{1,2,3,4}T000000Z,20200101T000000Z}-2026.1.1
      OPENCLAW_VERSION=${await ready()} /usr/local/lib/openclaw/release commit`);
    expect(await snapshots()).toEqual(
      ["20980102", "20980103", "20980104"].map((day) => `${day}T000000Z-2026.1.1`),
    );
  });
});
