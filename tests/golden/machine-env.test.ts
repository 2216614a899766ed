import { describe, expect, it } from "@jest/globals";
import pins from "../../cloud-init/pins.json" with { type: "json" };
import { environment, file, openclaw } from "./read.ts";
import { full, minimal } from "./settings.ts";

describe("machine values", () => {
  it("one origin: Caddy's site, OpenClaw's own address and the one it accepts", () => {
    for (const settings of [minimal, full]) {
      const { gateway } = openclaw(settings);
      expect(gateway.publicOrigin).toBe(settings.origin);
      expect(gateway.controlUi.allowedOrigins).toEqual([settings.origin]);
      const values = environment(settings, "/etc/openclaw/machine.env");
      expect(values.ORIGIN).toBe(settings.origin);
      expect(`https://${values.SITE_HOST}`).toBe(settings.origin);
    }
  });

  it("a bare address is certified for six days, a domain as the authority likes", () => {
    expect(environment(minimal, "/etc/openclaw/machine.env")).toMatchObject({
      ACME_PROFILE: "shortlived",
      RESERVED_ADDRESS: "198.51.100.7",
      ACME_TRUSTED_ROOTS: "/etc/ssl/certs/ca-certificates.crt",
    });
    expect(environment(full, "/etc/openclaw/machine.env")).toMatchObject({
      ACME_PROFILE: "",
      RESERVED_ADDRESS: "",
      ACME_DIRECTORY: full.acme.directory,
      ACME_EMAIL: full.acme.email,
      ACME_TRUSTED_ROOTS: "/etc/caddy/acme-roots.pem",
    });
    expect(file(full, "/etc/caddy/acme-roots.pem").content).toBe(full.acme.caRoot);
  });

  it("every pin, npm's with its digest in the form that corepack checks", () => {
    const values = environment(minimal, "/etc/openclaw/machine.env");
    const hex = Buffer.from(pins.npm.integrity.replace("sha512-", ""), "base64").toString("hex");
    expect(hex).toMatch(/^[0-9a-f]{128}$/);
    expect(values).toMatchObject({
      NODE_VERSION: pins.node.version,
      NODE_INTEGRITY: pins.node.integrity,
      NPM_PIN: `npm@${pins.npm.version}+sha512.${hex}`,
      OPENCLAW_VERSION: pins.openclaw.version,
      OPENCLAW_BEFORE: pins.openclaw.before,
      OPENCLAW_CLOSURE: pins.openclaw.closure,
    });
  });
});
