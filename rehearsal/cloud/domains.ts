import {
  type DomainRecord,
  domainRecordRoutes,
  knownDomain,
  newRecord,
  recordLine,
} from "./domain-records.ts";
import { unprocessable } from "./errors.ts";
import { paged } from "./pages.ts";
import { adopt, disown } from "./project-resources.ts";
import { created, del, get, noContent, ok, post, type Route } from "./router.ts";
import type { State } from "./state.ts";

/** A zone as the API keeps it. Nothing answers DNS queries for it. */
export interface Domain {
  readonly name: string;
  readonly records: Map<number, DomainRecord>;
}

const TTL = 1800;
const NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/i;

const domainView = ({ name, records }: Domain) => ({
  name,
  ttl: TTL,
  zone_file: [`$ORIGIN ${name}.`, `$TTL ${TTL}`, ...[...records.values()].map(recordLine), ""].join("\n"),
});

export const domainRoutes = (state: State): readonly Route[] => [
  get("/v2/domains", (call) => paged(call, "domains", state.domains.values(), domainView)),
  post("/v2/domains", (call) => {
    const name = call.body.requiredText("name");
    if (!NAME.test(name)) throw unprocessable("Domain is not a valid domain name.");
    if (state.domains.has(name)) throw unprocessable("Domain name already exists.");
    const address = call.body.text("ip_address");
    const records = [
      ...["ns1", "ns2", "ns3"].map((server) => newRecord(state, "NS", "@", `${server}.digitalocean.com`)),
      ...(address ? [newRecord(state, "A", "@", address)] : []),
    ];
    const domain: Domain = { name, records: new Map(records.map((record) => [record.id, record])) };
    state.domains.set(name, domain);
    adopt(state, `do:domain:${name}`);
    return created({ domain: domainView(domain) });
  }),
  get("/v2/domains/:domain", (call) => ok({ domain: domainView(knownDomain(state, call)) })),
  del("/v2/domains/:domain", (call) => {
    const { name } = knownDomain(state, call);
    state.domains.delete(name);
    disown(state, `do:domain:${name}`);
    return noContent;
  }),
  ...domainRecordRoutes(state),
];
