import { describe, expect, it } from "@jest/globals";
import { places } from "../client/connect.ts";
import { hostKey, ssh } from "../client/ssh.ts";
import { gateway } from "../gateway.ts";
import { outputOf } from "../in-droplet.ts";

// What is refused counts for a ban, so it comes from an address that does not matter; bans.ts goes on from there.
const from = places.router;

describe("SSH", () => {
  it("lets admin in with the key, who may do what root may", async () => {
    const { code, stdout } = await ssh({
      command: "id --user --name; sudo --non-interactive id --user --name",
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "admin\nroot\n" });
  });

  it("refuses root, with the same key", async () => {
    const { code, stderr } = await ssh({ from, user: "root" });
    expect(code).toBe(255);
    expect(stderr).toContain("root@");
    expect(stderr).toMatch(/Permission denied \(publickey\)/);
  });

  it("takes no password: the server does not even offer it", async () => {
    const { code, stderr } = await ssh({
      from,
      options: ["PreferredAuthentications=password,keyboard-interactive"],
    });
    expect(code).toBe(255);
    expect(stderr).toMatch(/Permission denied \(publickey\)/);
  });

  it("agrees only to ciphers and key exchanges of today", async () => {
    const settings = await outputOf("sshd -T");
    const of = (name: string) => settings.match(new RegExp(`^${name} (.*)$`, "m"))?.[1]?.split(",") ?? [];
    expect(of("kexalgorithms").filter((name) => !/x25519|curve25519/.test(name))).toEqual([]);
    expect(of("ciphers").filter((name) => !/gcm|poly1305/.test(name))).toEqual([]);
    expect(of("macs").filter((name) => !/-etm@/.test(name))).toEqual([]);
    expect(of("hostkeyalgorithms")).toEqual(["ssh-ed25519"]);
    expect(of("kexalgorithms").length * of("ciphers").length * of("macs").length).toBeGreaterThan(0);
  });

  it("proves itself with the host key that the stack knows, and with no other", async () => {
    expect(await hostKey(from)).toBe(gateway.sshHostKey);
    const settings = (await outputOf("sshd -T")).split("\n").filter((line) => line.startsWith("hostkey "));
    expect(settings).toEqual(["hostkey /etc/ssh/ssh_host_ed25519_key"]);
  });

  it("forwards nothing", async () => {
    expect((await outputOf("sshd -T")).split("\n")).toContain("disableforwarding yes");
  });
});
