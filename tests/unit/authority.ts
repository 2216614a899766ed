import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority that lives as long as the process. */
export interface Authority {
  /** Its root, PEM. */
  readonly root: string;
  /** A certificate for an address, with its key, PEM. */
  issue(address: string): { readonly cert: string; readonly key: string };
}

export function makeAuthority(name: string): Authority {
  const ca = selfSigned(name);
  return {
    root: ca.cert,
    issue: (address) =>
      inScratch((scratch) => {
        const file = (base: string) => join(scratch, base);
        writeFileSync(file("ca.pem"), ca.cert);
        writeFileSync(file("ca.key"), ca.key, { mode: 0o600 });
        openssl(["req", "-newkey", ...p256, "-keyout", file("key"), "-out", file("csr"), "-subj", "/"]);
        writeFileSync(file("ext"), `subjectAltName=IP:${address}\n`);
        openssl([
          "x509",
          "-req",
          "-in",
          file("csr"),
          "-CA",
          file("ca.pem"),
          "-CAkey",
          file("ca.key"),
          "-days",
          "1",
          "-extfile",
          file("ext"),
          "-out",
          file("cert"),
        ]);
        return { cert: readFileSync(file("cert"), "utf8"), key: readFileSync(file("key"), "utf8") };
      }),
  };
}

function selfSigned(name: string): { cert: string; key: string } {
  return inScratch((scratch) => {
    const [cert, key] = [join(scratch, "cert"), join(scratch, "key")];
    openssl([
      "req",
      "-x509",
      "-newkey",
      ...p256,
      "-keyout",
      key,
      "-out",
      cert,
      "-subj",
      `/CN=${name}`,
      "-days",
      "1",
    ]);
    return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  });
}

const p256 = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}

function inScratch<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "openclaw-authority-"));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
