import type { Input } from "@pulumi/pulumi";
import type { OpenClawGatewayArgs } from "./args.ts";
import { Fields } from "./fields.ts";
import { type ResolvedAgent, resolveAgents } from "./resolve-agents.ts";
import { type ResolvedModel, resolveModel } from "./resolve-model.ts";
import { parseAcmeDirectory, parseCertificates, parseEmail } from "./values/acme.ts";
import { parseAdminCidr } from "./values/cidr.ts";
import { parseGigabytes } from "./values/gigabytes.ts";
import { parseHostName } from "./values/host-name.ts";
import { parseRegion } from "./values/region.ts";
import { parseSize } from "./values/size.ts";
import { parsePublicKey } from "./values/ssh-public-key.ts";
import { parseTag } from "./values/tag.ts";
import { parseVpcUuid } from "./values/vpc-uuid.ts";

/** The args after validation, defaults filled in. */
export interface ResolvedArgs {
  readonly region: Input<string>;
  readonly size: Input<string>;
  readonly admin?: { readonly publicKey: Input<string>; readonly cidrs: Input<Input<string>[]> };
  readonly domain?: Input<string>;
  readonly acme: {
    readonly email?: Input<string>;
    readonly directory?: Input<string>;
    readonly caRoot?: Input<string>;
  };
  readonly model?: ResolvedModel;
  readonly agents: Readonly<Record<string, ResolvedAgent>>;
  readonly tags: Input<Input<string>[]>;
  readonly vpcUuid?: Input<string>;
  readonly backups: Input<boolean>;
  readonly volume: { readonly gigabytes: Input<number>; readonly protect: boolean };
}

/** Throws one InvalidArgs that lists everything wrong with what is known now; Outputs are checked as they resolve. */
export function resolveArgs(name: string, args: OpenClawGatewayArgs): ResolvedArgs {
  const fields = new Fields(name, args);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/i.test(name)) {
    fields.problem("name", "becomes part of a host name. Use 1 to 40 letters, digits and inner hyphens.");
  }
  const resolved = {
    region: fields.text("region", parseRegion) ?? "fra1",
    size: fields.text("size", parseSize) ?? "s-2vcpu-4gb",
    admin: resolveAdmin(fields.group("admin")),
    domain: fields.text("domain", parseHostName),
    acme: resolveAcme(fields.group("acme")),
    model: resolveModel(fields.group("model")),
    agents: resolveAgents(fields.group("agents")),
    tags: fields.texts("tags", parseTag) ?? [],
    vpcUuid: fields.text("vpcUuid", parseVpcUuid),
    backups: fields.flag("backups") ?? false,
    volume: resolveVolume(fields.group("volume")),
  };
  fields.refuseUnread();
  fields.throwProblems();
  return resolved;
}

function resolveAdmin(fields: Fields | undefined): ResolvedArgs["admin"] {
  if (!fields) return undefined;
  const whoAndWhere = 'admin says who may sign in and from where, such as cidrs: ["203.0.113.5/32"].';
  const admin = {
    publicKey: fields.requiredText("publicKey", parsePublicKey, "Give the content of your .pub file."),
    cidrs: fields.requiredTexts("cidrs", parseAdminCidr, whoAndWhere),
  };
  fields.refuseUnread();
  return admin;
}

function resolveAcme(fields: Fields | undefined): ResolvedArgs["acme"] {
  if (!fields) return {};
  const acme = {
    email: fields.text("email", parseEmail),
    directory: fields.text("directory", parseAcmeDirectory),
    caRoot: fields.text("caRoot", parseCertificates),
  };
  if (fields.has("caRoot")) {
    fields.require(
      "directory",
      "caRoot belongs to a private authority: give its directory, or leave caRoot out.",
    );
  }
  fields.refuseUnread();
  return acme;
}

function resolveVolume(fields: Fields | undefined): ResolvedArgs["volume"] {
  const volume = {
    gigabytes: fields?.number("gigabytes", parseGigabytes) ?? 10,
    protect: fields?.knownFlag("protect") ?? false,
  };
  fields?.refuseUnread();
  return volume;
}
