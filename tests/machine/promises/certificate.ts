import { createHash, X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "@jest/globals";
import { places } from "../client/connect.ts";
import { secureConnection } from "../client/http.ts";
import { gateway } from "../gateway.ts";

const fingerprint = (der: Buffer) => createHash("sha256").update(der).digest("hex");

describe("the certificate", () => {
  it("is vouched for by the authority's root", async () => {
    const secure = await secureConnection(places.host);
    expect(secure.authorized).toBe(true);
    let issuer = secure.getPeerCertificate(true);
    while (issuer.issuerCertificate && issuer.issuerCertificate !== issuer) issuer = issuer.issuerCertificate;
    secure.destroy();
    expect(fingerprint(issuer.raw)).toBe(fingerprint(new X509Certificate(gateway.ca).raw));
  });

  it("is trusted by nobody who does not know that root", async () => {
    await expect(secureConnection(places.host, { ca: [...rootCertificates] })).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY/),
    });
  });

  it("is for the Reserved IP alone, and served to a client that names nobody (no SNI)", async () => {
    const secure = await secureConnection(places.host, { servername: "" });
    const { subjectaltname } = secure.getPeerCertificate();
    secure.destroy();
    expect(subjectaltname).toBe(`IP Address:${gateway.address}`);
  });

  it("is short-lived: valid now and for about six days", async () => {
    const secure = await secureConnection(places.host);
    const { valid_from, valid_to } = secure.getPeerCertificate();
    secure.destroy();
    const days = (Date.parse(valid_to) - Date.parse(valid_from)) / 86_400_000;
    expect(days).toBeGreaterThan(5.5);
    expect(days).toBeLessThan(7);
    expect(Date.parse(valid_from)).toBeLessThanOrEqual(Date.now());
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("is served over %s", async (version) => {
    const secure = await secureConnection(places.host, { minVersion: version, maxVersion: version });
    expect(secure.getProtocol()).toBe(version);
    secure.destroy();
  });

  it.each(["TLSv1", "TLSv1.1"] as const)("is not served over %s", async (version) => {
    // The weakest security level, or our own side would refuse to ask.
    const options = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
    await expect(secureConnection(places.host, options)).rejects.toMatchObject({
      code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    });
  });
});
