/**
 * Every address of one rehearsal, from its slot number (0 to 15), so that several run side by side.
 * Public addresses are of TEST-NET-2 (RFC 5737), everything else that a rehearsal calls the Internet is of the
 * range for benchmarks (RFC 2544); neither exists in the real Internet.
 */
export interface Addresses {
  readonly slot: number;
  /** The address block of Droplets and Reserved IPs, routed from the host to the router. */
  readonly publicBlock: string;
  readonly publicNetmask: string;
  /** The Droplets' default gateway. */
  readonly gateway: string;
  readonly droplets: readonly string[];
  readonly reserved: readonly string[];
  /** DigitalOcean's second address of a Droplet, where Reserved IP traffic arrives. */
  readonly anchor: { readonly gateway: string; readonly netmask: string; of(droplet: string): string };
  /** The namespace that stands for the rest of the Internet. */
  readonly internet: {
    readonly block: string;
    readonly router: string;
    readonly authority: string;
    /** Of the websites that agents may or may not reach. */
    readonly websites: string;
    /** A private address, since a model's key may go in clear text only there. */
    readonly model: string;
    /** A private address, with a website that no agent may reach. */
    readonly inner: string;
    readonly clients: readonly string[];
  };
  readonly host: {
    readonly link: string;
    readonly block: string;
    readonly router: string;
    readonly host: string;
  };
  /** Answers DNS queries: for the names of the rehearsal's Internet itself, for others it asks `hostResolver`. */
  readonly resolver: string;
  /** Answers DNS queries with the host's own resolver. */
  readonly hostResolver: string;
}

export const slots = Array.from({ length: 16 }, (_, slot) => slot);

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export function addresses(slot: number): Addresses {
  const base = slot * 16;
  const publicAddress = (n: number) => `198.51.100.${base + n}`;
  const other = (n: number) => `198.18.${slot}.${n}`;
  return {
    slot,
    publicBlock: `${publicAddress(0)}/28`,
    publicNetmask: "255.255.255.240",
    gateway: publicAddress(1),
    droplets: range(2, 8).map(publicAddress),
    reserved: range(9, 14).map(publicAddress),
    anchor: {
      gateway: `10.19.${slot}.1`,
      netmask: "255.255.255.0",
      of: (droplet) => `10.19.${slot}.${Number(droplet.split(".")[3]) - base + 8}`,
    },
    internet: {
      block: `${other(0)}/25`,
      router: other(1),
      authority: other(2),
      websites: other(3),
      model: `10.18.${slot}.2`,
      inner: `10.18.${slot}.3`,
      clients: range(10, 29).map(other),
    },
    host: { link: `rehearsal${slot}`, block: `${other(252)}/30`, router: other(253), host: other(254) },
    resolver: other(4),
    hostResolver: other(200),
  };
}
