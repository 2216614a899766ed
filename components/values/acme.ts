import { X509Certificate } from "node:crypto";
import { InvalidValue } from "../invalid-args.ts";
import { parseHttpUrl } from "./url.ts";

export function parseEmail(text: string): string {
  const email = text.trim();
  if (/^[^\s@"'<>,;:\\]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(email)) return email;
  throw new InvalidValue(
    `"${text}" is not an e-mail address. Write one such as "you@example.com", without a name.`,
  );
}

export function parseAcmeDirectory(text: string): string {
  const url = parseHttpUrl(text);
  if (url.protocol === "https:") return url.href;
  throw new InvalidValue(
    `"${text}" is not https, which RFC 8555 asks for. Give the https URL of the directory.`,
  );
}

const certificate = /-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----/g;

/** One or several certificates in PEM; comments between them are dropped, for each byte lies in the user-data. */
export function parseCertificates(text: string): string {
  if (text.includes("PRIVATE KEY-----")) {
    throw new InvalidValue(
      "holds a private key. Give the authority's certificates alone; nothing else leaves its machine.",
    );
  }
  const blocks = text.match(certificate) ?? [];
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    const problem = blocks.length === 0 ? "holds no certificate in PEM" : "holds a damaged certificate";
    throw new InvalidValue(
      `${problem}. Give the content of the .pem file, "-----BEGIN CERTIFICATE-----" and so on, not its path.`,
    );
  }
  return `${blocks.map((block) => block.replaceAll("\r", "")).join("\n")}\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}
