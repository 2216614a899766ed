/** What tests/life, with real releases, does not show. */
import { afterAll, describe, expect, it } from "@jest/globals";
import { request } from "../client/http.ts";
import { inDroplet, outputOf } from "../in-droplet.ts";

const kept = "/var/lib/openclaw-snapshots";
const mark = "/var/lib/openclaw/state/mark";

describe("a release of OpenClaw", () => {
  afterAll(async () => {
    await outputOf(`rm -rf ${mark} ${kept}/2*`);
  });

  it("that was cut off half way is undone first", async () => {
    await outputOf(`echo before > ${mark} && chown openclaw: ${mark}
      cp --archive --reflink=auto /var/lib/openclaw ${kept}/20980101T000000Z-2026.1.1
      echo 20980101T000000Z-2026.1.1 > ${kept}/pending
      echo spoilt > ${mark}; systemctl restart openclaw-setup`);
    expect(await outputOf(`cat ${mark}`)).toBe("before");
    expect((await inDroplet(`ls ${kept}/pending`)).code).not.toBe(0);
    expect((await request({ path: "/readyz" })).status).toBe(200);
  }, 120_000);

  it("keeps three snapshots, and none for longer than a month", async () => {
    await outputOf(`mkdir --parents ${kept}/{2098010{1,2,3,4}T000000Z,20200101T000000Z}-2026.1.1
      OPENCLAW_VERSION=$(cat ${kept}/ready) /usr/local/lib/openclaw/release commit`);
    expect((await outputOf(`ls ${kept}`)).match(/^2\S+/gm)).toEqual(
      ["20980102", "20980103", "20980104"].map((day) => `${day}T000000Z-2026.1.1`),
    );
  });
});
