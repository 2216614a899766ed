import { readdir } from "node:fs/promises";
import { run } from "../host/run.ts";

/**
 * Environment that every service of the machine gets, as systemd's DefaultEnvironment= writes it: only where this
 * host's way to npm differs from the plain one, as a real Droplet has it.
 */
export async function hostEnvironment(): Promise<string> {
  const certificates = await readdir("/usr/local/share/ca-certificates").catch(() => []);
  const registry = (await run("npm", ["config", "get", "registry"])).trim();
  // npm's answer where nobody has configured it
  const nowhere = ["--userconfig=/nonexistent/user", "--globalconfig=/nonexistent/global"];
  const clean = ["-i", "-C", "/", `PATH=${process.env.PATH ?? ""}`];
  const byDefault = (await run("env", [...clean, "npm", "config", "get", "registry", ...nowhere])).trim();
  return [
    // Node has its own list of authorities and does not read the system's
    ...(certificates.length > 0 ? ["NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt"] : []),
    ...(registry === byDefault
      ? []
      : [`npm_config_registry=${registry}`, `COREPACK_NPM_REGISTRY=${registry}`]),
  ].join(" ");
}
