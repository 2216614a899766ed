import { describe, expect, it } from "@jest/globals";
import { file, read } from "./read.ts";
import { full, minimal } from "./settings.ts";

describe("who may sign in", () => {
  it("without admin: nobody; sshd is masked before it starts and port 22 stays shut", () => {
    const document = read(minimal);
    expect(document.users.map((user) => user.name)).toEqual(["openclaw", "sandbox"]);
    expect(document.bootcmd).toEqual([
      ["cloud-init-per", "instance", "no-ssh", "systemctl", "mask", "ssh.service", "ssh.socket"],
    ]);
    const paths = document.write_files.map(({ path }) => path);
    expect(paths.filter((path) => path.includes("ssh"))).toEqual([]);
    expect(document.ssh_keys).toBeUndefined();
  });

  it("with admin: that key alone, as user admin", () => {
    const document = read(full);
    expect(document.users.map((user) => user.name)).toEqual(["openclaw", "sandbox", "admin"]);
    expect(document.users[2]).toMatchObject({
      ssh_authorized_keys: [full.admin?.publicKey],
      lock_passwd: true,
    });
    expect(document.bootcmd).toBeUndefined();
    expect(file(full, "/etc/ssh/sshd_config.d/00-openclaw.conf").content).toContain("PermitRootLogin no");
    expect(file(full, "/etc/nftables.d/ssh.nft").content).toContain("22");
  });

  it("with admin: the machine has the one host key that it was given", () => {
    expect(read(full).ssh_keys).toEqual({
      ed25519_private: full.admin?.hostKey.privateKey,
      ed25519_public: full.admin?.hostKey.publicKey,
    });
    const sshd = file(full, "/etc/ssh/sshd_config.d/00-openclaw.conf").content;
    expect(sshd).toMatch(/^HostKey \/etc\/ssh\/ssh_host_ed25519_key\nHostKeyAlgorithms ssh-ed25519$/m);
  });

  it("never root, never by password, never by a key of the DigitalOcean account", () => {
    for (const settings of [minimal, full]) {
      expect(read(settings)).toMatchObject({
        disable_root: true,
        ssh_pwauth: false,
        allow_public_ssh_keys: false,
      });
    }
  });
});
