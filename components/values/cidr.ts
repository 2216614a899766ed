import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { InvalidValue } from "../invalid-args.ts";

const example = 'such as "203.0.113.5/32"';

/** Shorter prefixes are larger than what any one provider was given: 0.0.0.0/0 in pieces is still the Internet. */
const widest = { ipv4: 8, ipv6: 19 };

/** A network from which SSH may be reached. */
export function parseAdminCidr(text: string): string {
  const [address = "", length, ...rest] = text.trim().split("/");
  const version = isIP(address);
  if (version === 0 || address.includes("%") || rest.length > 0) {
    throw new InvalidValue(
      `"${text}" is not a network. Write an address, a slash and a prefix length, ${example}.`,
    );
  }
  if (length === undefined) {
    throw new InvalidValue(
      `"${text}" has no prefix length. For this one address write "${address}/${version === 4 ? 32 : 128}".`,
    );
  }
  const bits = /^(0|[1-9]\d{0,2})$/.test(length) ? Number(length) : Number.NaN;
  if (!(bits <= (version === 4 ? 32 : 128))) {
    throw new InvalidValue(
      `"${text}" has the prefix length "${length}". Write a number from 0 to ${version === 4 ? 32 : 128}.`,
    );
  }
  const cidr = `${address}/${bits}`;
  return version === 4 ? ipv4(cidr, bits) : ipv6(cidr, bits);
}

function ipv4(cidr: string, bits: number): string {
  refuseWide(cidr, bits, widest.ipv4);
  return refuseHostBits(cidr, `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${bits}`);
}

function ipv6(cidr: string, bits: number): string {
  refuseWide(cidr, bits, widest.ipv6);
  const [address] = ipaddr.IPv6.parseCIDR(cidr);
  if (address.isIPv4MappedAddress()) {
    throw new InvalidValue(`"${cidr}" is an IPv4 network written as IPv6. Write it as IPv4, ${example}.`);
  }
  const canonical = `${address}/${bits}`;
  return refuseHostBits(canonical, `${ipaddr.IPv6.networkAddressFromCIDR(cidr)}/${bits}`);
}

function refuseWide(cidr: string, bits: number, least: number): void {
  if (bits >= least) return;
  const size = bits === 0 ? "is the whole Internet" : "is so wide that it opens SSH to strangers";
  throw new InvalidValue(
    `"${cidr}" ${size}. Give the networks you sign in from, ${example}; none is wider than /${least}.`,
  );
}

/** DigitalOcean would answer with the network itself, and every later preview would show a difference. */
function refuseHostBits(cidr: string, network: string): string {
  if (cidr === network) return network;
  const host = cidr.replace(/\/\d+$/, cidr.includes(":") ? "/128" : "/32");
  throw new InvalidValue(
    `"${cidr}" is an address inside a network. Write "${network}" for the network, or "${host}" for the address.`,
  );
}
