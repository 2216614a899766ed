import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "@jest/globals";
import { until } from "../../../rehearsal/host/until.ts";
import { connect, type Place, places } from "../client/connect.ts";
import { bearer, request } from "../client/http.ts";
import { signIn } from "../client/sign-in.ts";
import { ssh } from "../client/ssh.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

const wrong = (n: number) => `${n}`.padStart(48, "x");
const banned = async (jail: string) =>
  (await outputOf(`fail2ban-client get ${jail} banip --with-time | cut -f 1`))
    .split("\n")
    .map((ip) => ip.trim());
const unban = (jail: string, { address }: Place) =>
  outputOf(`fail2ban-client set ${jail} unbanip ${address}`);
const status = async (from: Place) => (await request({ path: "/readyz", from })).status;

/** fail2ban looks into the logs every second, and names an address as banned a moment before the packet filter has it. */
async function expectBan(jail: string, from: Place, port: number): Promise<void> {
  await until(() => isRefused(from, port), `${jail} to ban ${from.address} from ${port}`, 15);
  expect(await banned(jail)).toContain(from.address);
}

async function isRefused(from: Place, port: number): Promise<boolean> {
  try {
    (await connect(from, port)).destroy();
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") return true;
    throw error;
  }
}

describe("an address that guesses", () => {
  afterAll(async () => {
    for (const jail of ["openclaw", "openclaw-http", "sshd", "recidive"])
      for (const place of [places.guesser, places.httpGuesser, places.router, places.wrongKey])
        await unban(jail, place);
  });

  it("keys over WebSocket is banned from 80 and 443, and nobody else is", async () => {
    const { guesser, bystander } = places;
    for (let n = 1; n <= 8; n++)
      expect(await signIn({ from: guesser, key: wrong(n) })).toMatchObject({ closed: 1008 });
    await expectBan("openclaw", guesser, 443);
    expect(await banned("openclaw")).toEqual([guesser.address]);
    expect(await isRefused(guesser, 80)).toBe(true);
    for (const place of [bystander, places.host]) expect(await status(place)).toBe(200);

    await unban("openclaw", guesser);
    expect(await status(guesser)).toBe(200);
  });

  it("keys over HTTP is banned once OpenClaw has locked it out (429), not for 401", async () => {
    const { httpGuesser, oldPage, bystander } = places;
    const guess = async (n: number, from: Place) =>
      (await request({ path: "/control-ui-config.json", from, headers: bearer(wrong(n)) })).status;
    // A page with an old key asks on and on.
    for (let n = 1; n <= 9; n++) expect(await guess(n, oldPage)).toBe(401);
    const answers: number[] = [];
    while (answers.filter((answer) => answer === 429).length < 8)
      answers.push(await guess(answers.length, httpGuesser));
    expect(new Set(answers)).not.toContain(200);
    await expectBan("openclaw-http", httpGuesser, 443);
    expect(await banned("openclaw-http")).toEqual([httpGuesser.address]);
    for (const place of [oldPage, bystander]) expect(await status(place)).toBe(200);

    await unban("openclaw-http", httpGuesser);
    expect(await status(httpGuesser)).toBe(200);
  });

  it("SSH users is banned from SSH, also where no cloud firewall keeps it out", async () => {
    const { router, bystander } = places;
    const guess = () => ssh({ from: router, user: "root" });
    // ssh.ts made some already; one at a time, or the ban catches one half way.
    for (let n = 1; n <= 4 && !(await banned("sshd")).includes(router.address); n++) {
      await guess();
      await sleep(700);
    }
    await until(
      async () => (await guess()).stderr.includes("Connection refused"),
      "sshd to ban the guesser",
      30,
    );
    expect((await ssh({})).code).toBe(0);
    expect(await status(bystander)).toBe(200);
  });

  it("stays banned when the packet filter is loaded anew", async () => {
    const { guesser, bystander } = places;
    await outputOf(`fail2ban-client set openclaw banip ${guesser.address}`);
    await expectBan("openclaw", guesser, 443);
    await outputOf("systemctl reload nftables && systemctl restart nftables");
    expect(await isRefused(guesser, 443)).toBe(true);
    expect(await status(bystander)).toBe(200);
  });

  it("is banned for an hour, and for longer each time", async () => {
    const get = (name: string) => outputOf(`fail2ban-client get openclaw ${name}`);
    expect([await get("bantime"), await get("findtime"), await get("maxretry")]).toEqual([
      "3600",
      "600",
      "8",
    ]);
    expect(await get("bantime.increment")).toBe("True");
    expect(await outputOf("fail2ban-client get recidive bantime")).toBe("604800");
    for (const jail of ["openclaw", "openclaw-http", "sshd", "recidive"])
      expect(await banned(jail)).not.toContain(gateway.hostAddress);
  });
});
