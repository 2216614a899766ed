import { describe, expect, it } from "@jest/globals";
import { inDroplet, outputOf } from "../in-droplet.ts";

describe("files and users", () => {
  it.each([
    ["/etc/openclaw", "750 root:openclaw"],
    ["/etc/openclaw/gateway.env", "600 root:root"],
    ["/etc/openclaw/machine.env", "644 root:root"],
    ["/etc/openclaw/openclaw.json", "600 openclaw:openclaw"],
    ["/etc/caddy/acme-roots.pem", "644 root:root"],
    ["/var/lib/cloud", "700 root:root"],
    ["/var/lib/openclaw", "700 openclaw:openclaw"],
    ["/var/lib/caddy", "700 caddy:caddy"],
    ["/var/log/openclaw", "750 openclaw:openclaw"],
    ["/var/log/openclaw/openclaw.log", "600 openclaw:openclaw"],
    ["/var/log/caddy", "750 caddy:caddy"],
    ["/var/log/caddy/access.log", "640 caddy:caddy"],
  ])("%s is %s", async (path, expected) => {
    expect(await outputOf(`stat --format '%a %U:%G' ${path}`)).toBe(expected);
  });

  it("what runs as a service belongs to root, and nobody else can write it", async () => {
    const places = "/opt/openclaw /usr/local /etc/systemd/system /etc/caddy /etc/fail2ban";
    const writable = `find ${places} ! -type l '(' ! -user root -o -perm /022 ')'`;
    expect(await outputOf(`${writable} ! -path '/usr/local/lib/python*' -print -quit`)).toBe("");
  });

  it("the certificate's key is Caddy's alone", async () => {
    const keys = await outputOf("find /var/lib/caddy -name '*.key' -printf '%m %u\\n' | sort --unique");
    expect(keys).toBe("600 caddy");
  });

  it("root has no password, and no key of its own", async () => {
    expect(await outputOf("passwd --status root")).toMatch(/^root L /);
    expect(await outputOf("cat /root/.ssh/authorized_keys 2>/dev/null || true")).toBe("");
  });

  it("only admin has a shell to sign in to besides root, and only with a key", async () => {
    const shells = "awk -F: '$7 !~ /(nologin|false|sync)$/ { print $1 }' /etc/passwd";
    expect((await outputOf(shells)).split("\n")).toEqual(["root", "admin"]);
    expect(await outputOf("passwd --status admin")).toMatch(/^admin L /);
  });

  it("nobody is in a group with root's power, nor in the one that may ask for the user-data", async () => {
    const members = "getent group sudo docker adm disk shadow metadata | cut -d : -f 4 | tr --delete '\\n'";
    expect((await inDroplet(members)).stdout).toBe("");
  });

  it("the tools of the installation are gone: a second Node, npm, corepack", async () => {
    const installed = (await outputOf("dpkg --get-selections | awk '$2 == \"install\" { print $1 }'")).split(
      "\n",
    );
    expect(installed).toContain("caddy");
    for (const name of ["nodejs", "npm", "node-corepack"]) expect(installed).not.toContain(name);
    expect(await outputOf("find / -xdev -name 'npm-cli.js' -o -xdev -name 'corepack.js'")).toBe("");
    expect(await outputOf("ls -A /var/cache/openclaw-setup")).toBe("");
  });
});
