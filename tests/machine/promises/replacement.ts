/** Comes last of all: afterwards the Droplet is another one. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { agentShell } from "../agent.ts";
import { belongings, everything, moveIn, type Owner } from "../belongings.ts";
import { changeTo, untilTheGateGivesUp } from "../change.ts";
import { Chromium } from "../client/chromium.ts";
import { places } from "../client/connect.ts";
import { composer, open, pair, type Watched } from "../client/page.ts";
import { signIn } from "../client/sign-in.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

describe("the gateway's key anew, on another machine in the place of this one", () => {
  let owner: Owner;
  let before: Awaited<ReturnType<typeof belongings>>;
  let dropletId: number;
  let seconds: number;
  let chromium: Chromium;
  let visit: Watched;

  beforeAll(async () => {
    owner = await moveIn();
    before = await belongings(owner);
    dropletId = gateway.dropletId;
    chromium = await Chromium.start(gateway.ca);
    visit = await open(chromium, places.browser);
    await pair(visit.page);

    const replace = { replace: "**::openclaw-key" };
    seconds = (await changeTo("machine", "another key, on another machine", replace)).secondsAway;
  }, untilTheGateGivesUp);

  afterAll(() => chromium?.close());

  it("is another one, ready within minutes", () => {
    expect(gateway.dropletId).not.toBe(dropletId);
    expect(seconds).toBeGreaterThan(0); // it was seen to begin
    expect(seconds).toBeLessThan(300);
  });

  it("has another key, and all else as it was: a paired device comes in without the key", async () => {
    expect(before).toMatchObject(everything);
    expect(before.sessions).not.toEqual([]);
    expect(gateway.key).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(gateway.key).not.toBe(before.key);
    expect(await belongings(owner)).toEqual({ ...before, key: gateway.key });
  });

  it("refuses the old key", async () => {
    expect(await signIn({ key: before.key })).toMatchObject({ code: "AUTH_TOKEN_MISMATCH", closed: 1008 });
    const answer = await signIn({});
    answer.client.close();
    expect(answer.code).toBe("");
  });

  it("lets a paired browser in that is given the new key, without another approval", async () => {
    await visit.page.goto("about:blank"); // the same page with another key behind # would not be loaded
    await visit.page.goto(`${gateway.url}/#token=${gateway.key}`);
    await composer(visit.page).waitFor();
  }, 120_000);

  it("gives the agent its workspace", async () => {
    expect(await agentShell("cat *.txt")).toContain(everything.note);
  }, 60_000);

  it("was given the Volume back, and did not have to wait for it", async () => {
    expect(await outputOf("journalctl --unit openclaw-volume --output cat")).not.toContain("did not give");
    expect(await outputOf("journalctl --quiet --grep 'ordering cycle' --output cat || true")).toBe("");
    expect(await outputOf("cat /srv/openclaw/lease")).toBe(String(gateway.dropletId));
  });
});
