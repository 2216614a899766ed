import { isIPv4, isIPv6 } from "node:net";
import type { Domain } from "./domains.ts";
import { notFound, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { paged } from "./pages.ts";
import { type Call, created, del, get, noContent, ok, patch, post, put, type Route } from "./router.ts";
import type { State } from "./state.ts";

export interface DomainRecord {
  readonly id: number;
  readonly type: string;
  name: string;
  data: string;
  priority: number | null;
  port: number | null;
  ttl: number;
  weight: number | null;
  flags: number | null;
  tag: string | null;
}

const TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"];
/** Their data is a host's name: sent with a dot at its end, told back without. */
const NAMES_A_HOST = ["CNAME", "MX", "NS", "SRV", "CAA"];

export function knownDomain(state: State, call: Call): Domain {
  const domain = state.domains.get(call.param("domain"));
  if (!domain) throw notFound();
  return domain;
}

function known(state: State, call: Call): DomainRecord {
  const record = knownDomain(state, call).records.get(Number(call.param("record")));
  if (!record) throw notFound();
  return record;
}

export const newRecord = (state: State, type: string, name: string, data: string): DomainRecord => ({
  id: state.nextRecordId(),
  type,
  name,
  data,
  priority: null,
  port: null,
  ttl: 1800,
  weight: null,
  flags: null,
  tag: null,
});

function checkedData(type: string, data: string): string {
  if (type === "A" && !isIPv4(data)) throw unprocessable("IP address did not match IPv4 format.");
  if (type === "AAAA" && !isIPv6(data)) throw unprocessable("IP address did not match IPv6 format.");
  if (!NAMES_A_HOST.includes(type)) return data;
  if (data === "@") return data;
  if (!data.endsWith(".")) throw unprocessable("Data needs to end with a dot (.)");
  return data.slice(0, -1);
}

function change(record: DomainRecord, body: Fields): void {
  const data = body.text("data");
  const ttl = body.integer("ttl") ?? record.ttl;
  if (ttl < 30) throw unprocessable("TTL must be greater than or equal to 30.");
  if (data !== undefined) record.data = checkedData(record.type, data);
  record.ttl = ttl;
  record.name = body.text("name") ?? record.name;
  record.priority = body.integer("priority") ?? record.priority;
  record.port = body.integer("port") ?? record.port;
  record.weight = body.integer("weight") ?? record.weight;
  record.flags = body.integer("flags") ?? record.flags;
  record.tag = body.text("tag") ?? record.tag;
}

function create(state: State, call: Call) {
  const domain = knownDomain(state, call);
  const type = call.body.requiredText("type");
  if (!TYPES.includes(type)) throw unprocessable("Type is not included in the list.");
  call.body.requiredText("data");
  const record = newRecord(state, type, "@", "");
  change(record, call.body);
  domain.records.set(record.id, record);
  return created({ domain_record: record });
}

function update(state: State, call: Call) {
  const record = known(state, call);
  change(record, call.body);
  return ok({ domain_record: record });
}

function list(state: State, call: Call) {
  const domain = knownDomain(state, call);
  const type = call.query.get("type");
  // The query names records in full, the records themselves relative to the domain.
  const name = call.query.get("name");
  const relative = name === domain.name ? "@" : name?.replace(`.${domain.name}`, "");
  const records = [...domain.records.values()].filter(
    (record) => (!type || record.type === type) && (!relative || record.name === relative),
  );
  return paged(call, "domain_records", records, (record) => record);
}

/** The record in a zone file's words. */
export const recordLine = (record: DomainRecord) =>
  `${record.name} ${record.ttl} IN ${record.type} ${record.data}`;

export const domainRecordRoutes = (state: State): readonly Route[] => [
  get("/v2/domains/:domain/records", (call) => list(state, call)),
  post("/v2/domains/:domain/records", (call) => create(state, call)),
  get("/v2/domains/:domain/records/:record", (call) => ok({ domain_record: known(state, call) })),
  put("/v2/domains/:domain/records/:record", (call) => update(state, call)),
  patch("/v2/domains/:domain/records/:record", (call) => update(state, call)),
  del("/v2/domains/:domain/records/:record", (call) => {
    knownDomain(state, call).records.delete(known(state, call).id);
    return noContent;
  }),
];
