import { closeSync, openSync } from "node:fs";
import type { PacketRules } from "../cloud/world.ts";
import { start } from "../host/process.ts";
import type { RunRecord } from "../host/record.ts";
import { run } from "../host/run.ts";
import { until } from "../host/until.ts";
import type { Addresses } from "./addresses.ts";
import { createNamespace, type Namespace } from "./namespace.ts";
import { type Port, ruleset } from "./ruleset.ts";

/** What a machine's network card is plugged into. */
export interface Wire {
  /** Holds the interface `eth0`, which has no address yet. */
  readonly namespace: Namespace;
  readonly mac: string;
  /** `ip` commands that configure eth0 as cloud-init would on a real Droplet. */
  readonly configuration: readonly string[];
  /** Address of the name server. */
  readonly resolver: string;
}

/**
 * What lies between Droplets and everything else: a namespace with a link to the host, one to the "internet"
 * namespace, one to every Droplet, and a way out of this computer. The host forwards and translates nothing.
 */
export class Router {
  readonly namespace: Namespace;
  readonly #plan: Addresses;
  readonly #ports = new Map<number, Port>();
  readonly #rules = new Map<number, PacketRules | null>();
  readonly #reserved = new Map<string, number>();
  #applied: Promise<unknown> = Promise.resolve();

  private constructor(namespace: Namespace, plan: Addresses) {
    this.namespace = namespace;
    this.#plan = plan;
  }

  static async create(record: RunRecord, plan: Addresses, internet: Namespace): Promise<Router> {
    const namespace = await createNamespace(record, "router");
    const router = new Router(namespace, plan);
    await router.#connectHost(record);
    await router.#connectInternet(internet);
    await router.#apply();
    await router.#connectOutside(record);
    await router.#forward();
    return router;
  }

  /** Where packets for a Droplet go from now on; its filter acts before there is a link. */
  async addDroplet(id: number, address: string): Promise<void> {
    const { anchor } = this.#plan;
    this.#ports.set(id, {
      link: `d${id}`,
      address,
      anchor: anchor.of(address),
      rules: this.#rules.get(id) ?? null,
    });
    await this.#apply();
  }

  async removeDroplet(id: number): Promise<void> {
    // Not left to the end of its namespace, some time later: the next Droplet may have the same address.
    const port = this.#ports.get(id);
    if (port !== undefined) await this.#removeLink(port.link);
    this.#ports.delete(id);
    this.#rules.delete(id);
    await this.#apply();
  }

  /** The rules of one Droplet are another's too. */
  async filterAlike(id: number, other: number): Promise<void> {
    await this.filter(other, this.#rules.get(id) ?? null);
  }

  /** Plugs a Droplet's fresh namespace in. */
  async plugIn(id: number, machine: Namespace, mac: string): Promise<Wire> {
    const port = this.#ports.get(id);
    if (port === undefined) throw new Error(`Droplet ${id} has no port on the router`);
    const { link, address, anchor } = port;
    const { gateway } = this.#plan;
    await this.#removeLink(link); // of the last power-on
    await this.namespace.ip([
      `link add ${link} type veth peer name eth0 address ${mac} netns ${machine.pid}`,
    ]);
    await this.namespace.run("sysctl", [
      "-qw",
      // the block's other addresses are one hop away, not on the Droplet's own wire
      `net.ipv4.conf.${link}.proxy_arp=1`,
      `net.ipv4.neigh.${link}.proxy_delay=0`,
      `net.ipv4.conf.${link}.send_redirects=0`,
    ]);
    await this.namespace.ip([
      `link set ${link} up`,
      `route add ${address}/32 dev ${link}`,
      `route add ${anchor}/32 dev ${link}`,
    ]);
    const configuration = [
      "link set lo up",
      `address add ${address}/28 dev eth0`,
      `address add ${anchor}/24 dev eth0`,
      "link set eth0 up",
      `route add default via ${gateway}`,
      "route add 169.254.169.254/32 dev eth0",
    ];
    return { namespace: machine, mac, configuration, resolver: this.#plan.resolver };
  }

  /** If it is there still: it goes with the Droplet's namespace, some time after the last process in that. */
  async #removeLink(link: string): Promise<void> {
    await this.namespace.ip([`link delete ${link}`]).catch(() => {});
  }

  async filter(id: number, rules: PacketRules | null): Promise<void> {
    this.#rules.set(id, rules);
    const port = this.#ports.get(id);
    if (port === undefined) return;
    this.#ports.set(id, { ...port, rules });
    await this.#apply();
  }

  async mapReservedIp(ip: string, id: number | null): Promise<void> {
    if (id === null) this.#reserved.delete(ip);
    else this.#reserved.set(ip, id);
    await this.#apply();
  }

  /** One after the other, each from the state of its time: an older set of rules never overtakes a newer one. */
  #apply(): Promise<void> {
    const next = this.#applied.then(async () => {
      const reserved = new Map<string, Port>();
      for (const [ip, id] of this.#reserved) {
        const port = this.#ports.get(id);
        if (port !== undefined) reserved.set(ip, port);
      }
      await this.namespace.run("nft", ["-f", "-"], ruleset(this.#plan, [...this.#ports.values()], reserved));
    });
    this.#applied = next.catch(() => {});
    return next;
  }

  /** The host is one client on the Internet: it has a route to this rehearsal's public addresses, and that is all. */
  async #connectHost(record: RunRecord): Promise<void> {
    const { host, publicBlock } = this.#plan;
    record.add({ kind: "link", name: host.link });
    const peer = ["peer", "name", "host0", "netns", String(this.namespace.pid)];
    await run("ip", ["link", "add", host.link, "type", "veth", ...peer]);
    await this.namespace.ip([
      "link set lo up",
      `address add ${host.router}/30 dev host0`,
      "link set host0 up",
    ]);
    await run("ip", ["address", "add", `${host.host}/30`, "dev", host.link]);
    await run("ip", ["link", "set", host.link, "up"]);
    await run("ip", ["route", "add", publicBlock, "via", host.router, "dev", host.link]);
  }

  async #connectInternet(internet: Namespace): Promise<void> {
    const { router, authority, websites, model, inner, clients } = this.#plan.internet;
    await this.namespace.ip([
      `link add net0 type veth peer name eth0 netns ${internet.pid}`,
      `address add ${router}/25 dev net0`,
      "link set net0 up",
      ...[model, inner].map((address) => `route add ${address}/32 via ${authority}`),
    ]);
    await internet.ip([
      "link set lo up",
      ...[...clients, authority, websites, this.#plan.resolver].map(
        (address) => `address add ${address}/25 dev eth0`,
      ),
      ...[model, inner].map((address) => `address add ${address}/32 dev eth0`),
      "link set eth0 up",
      `route add default via ${router}`,
    ]);
  }

  async #forward(): Promise<void> {
    const { gateway, anchor } = this.#plan;
    await this.namespace.ip([
      ...[gateway, anchor.gateway, "169.254.169.254"].map((address) => `address add ${address}/32 dev lo`),
    ]);
    await this.namespace.run("sysctl", [
      "-qw",
      "net.ipv4.ip_forward=1",
      "net.ipv6.conf.all.disable_ipv6=1",
      "net.ipv6.conf.default.disable_ipv6=1",
    ]);
  }

  /** pasta carries packets out through ordinary sockets of this host; nothing of the host is reachable by it. */
  async #connectOutside(record: RunRecord): Promise<void> {
    const noPorts = ["-t", "none", "-u", "none", "-T", "none", "-U", "none"];
    const quiet = ["--foreground", "--quiet", "--stderr"];
    const link = ["--config-net", "--ipv4-only", "--mtu", "1500", "--no-map-gw", ...noPorts];
    const dns = ["--dns-forward", this.#plan.hostResolver];
    // it gives up its right to look into other processes before it opens the namespace: so it inherits it open
    const target = ["--runas", "0:0", "--no-netns-quit", "--netns", "/proc/self/fd/0"];
    const handle = openSync(this.namespace.path, "r");
    try {
      const args = [...quiet, ...link, ...dns, ...target];
      start(record, { name: "uplink", command: "pasta", args, stdio: [handle, "ignore", "ignore"] });
    } finally {
      closeSync(handle);
    }
    const isUp = async () => (await this.namespace.run("ip", ["-4", "route", "show", "default"])) !== "";
    await until(isUp, "pasta to connect the router to this host's network");
  }
}
