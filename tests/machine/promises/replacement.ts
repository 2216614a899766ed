/** Comes last of all: afterwards the Droplet is another one. */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { agentShell, docker, image } from "../agent.ts";
import { places } from "../client/connect.ts";
import { secureConnection } from "../client/http.ts";
import { Device, signIn } from "../client/sign-in.ts";
import { hostKey } from "../client/ssh.ts";
import { gateway, lookAgain, stack } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

const banned = "192.0.2.77";

/** What a user has of a gateway. */
async function seen() {
  const secure = await secureConnection(places.host);
  const certificate = createHash("sha256").update(secure.getPeerCertificate().raw).digest("hex");
  secure.destroy();
  const { sessions } = JSON.parse(await outputOf("openclaw sessions --json")) as {
    sessions: { key: string; sessionId: string }[];
  };
  const { url, key } = gateway;
  return {
    ...{ url, key, certificate, sshHostKey: await hostKey(places.host) },
    sessions: sessions.map(({ key, sessionId }) => [key, sessionId]),
    ban: (await outputOf("fail2ban-client get openclaw banip")).includes(banned),
    sandboxImage: await docker(`image inspect --format '{{ .Config.Labels }}' ${image}`),
  };
}

describe("another machine in the place of this one", () => {
  const device = new Device();
  let before: Awaited<ReturnType<typeof seen>>;
  let dropletId: number;
  let seconds: number;

  beforeAll(async () => {
    await signIn({ device });
    const { pending } = JSON.parse(await outputOf("openclaw devices list --json")) as {
      pending: { requestId: string; deviceId: string }[];
    };
    const request = pending.find(({ deviceId }) => deviceId === device.id);
    await outputOf(`openclaw devices approve ${request?.requestId}`);
    await agentShell("echo written-by-the-last-machine > note-of-replacement.txt");
    await outputOf(`fail2ban-client set openclaw banip ${banned}`);
    before = await seen();
    dropletId = gateway.dropletId;

    await stack.set("acme.email", "ops@example.com");
    let off = 0;
    await stack.up((line) => {
      if (line.includes("Droplet openclaw-machine deleting")) off ||= Date.now();
    });
    seconds = Math.round((Date.now() - off) / 1000);
    process.stdout.write(
      `[machine] from the shutdown of a machine until its successor is ready: ${seconds} s\n`,
    );
    await lookAgain();
  }, 600_000);

  it("is another one, ready within minutes", () => {
    expect(gateway.dropletId).not.toBe(dropletId);
    expect(seconds).toBeLessThan(300);
  });

  it("has the same URL, key, certificate, SSH host key, conversations, bans and sandbox image", async () => {
    expect(before.ban).toBe(true);
    expect(before.sessions).not.toEqual([]);
    expect(await seen()).toEqual(before);
  });

  it("lets a device in that was paired with its predecessor", async () => {
    const { code, scopes, client } = await signIn({ device });
    client.close();
    expect(code).toBe("");
    expect(scopes).toContain("operator.read");
  });

  it("gives the agent its workspace", async () => {
    expect((await agentShell("cat note-of-replacement.txt")).trim()).toBe("written-by-the-last-machine");
  }, 60_000);

  it("was given the Volume back, and did not have to wait for it", async () => {
    expect(await outputOf("journalctl --unit openclaw-volume --output cat")).not.toContain("did not give");
    expect(await outputOf("journalctl --quiet --grep 'ordering cycle' --output cat || true")).toBe("");
    expect(await outputOf("cat /srv/openclaw/lease")).toBe(String(gateway.dropletId));
  });
});
