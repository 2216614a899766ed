import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { InvalidValue } from "../invalid-args.ts";

const cure = 'Give a host name alone, such as "claw.example.com".';

/** The host name under which the gateway is opened. */
export function parseHostName(text: string): string {
  return parse(text, {
    address: "Leave domain out to use the gateway's own address.",
    port: "The gateway answers on 443.",
  });
}

/** A host that an agent reaches. */
export function parseAgentHost(text: string): string {
  return parse(text, {
    address: "Agents reach hosts by name alone: give its name.",
    port: "Agents reach ports 443 and 80.",
  });
}

interface Cures {
  readonly address: string;
  readonly port: string;
}

/** A public host name in lower case: at least two labels of letters, digits and inner hyphens (RFC 1123). */
function parse(text: string, cures: Cures): string {
  const name = text.trim().toLowerCase();
  const problem = whatIsWrong(name, cures);
  if (problem) throw new InvalidValue(`"${text}" ${problem}`);
  return name;
}

function whatIsWrong(name: string, cures: Cures): string | undefined {
  if (isIP(name.replace(/^\[|\]$/g, ""))) return `is an address. ${cures.address}`;
  if (name.includes("://")) return `has a scheme. ${cure}`;
  if (/[/?#@]/.test(name)) return `has more than a host name. ${cure}`;
  if (name.includes(":")) return `has a port. ${cure} ${cures.port}`;
  if (name.startsWith("*.")) return `is a wildcard. ${cure}`;
  if (name.endsWith(".")) return `ends with a dot. ${cure}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII is meant.
  if (/[^\x00-\x7f]/.test(name)) return `has letters outside ASCII. Write "${domainToASCII(name)}".`;
  if (name.includes("_")) return `has an underscore, which no certificate may name. ${cure}`;
  const labels = name.split(".");
  if (labels.length < 2) return `has no dot. ${cure}`;
  if (name.length > 253 || labels.some((label) => !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) {
    return `is not a host name: labels are 1 to 63 letters, digits and inner hyphens, 253 characters in all. ${cure}`;
  }
  if (/^\d+$/.test(labels.at(-1) ?? "")) return `ends with a number. ${cure}`;
  return undefined;
}
