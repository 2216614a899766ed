import type { Input } from "@pulumi/pulumi";

/**
 * What a gateway can be told. Everything has a safe default, so `{}` is a complete gateway; it says in `notices`
 * what it still lacks.
 *
 * "Replaces the Droplet" means: the machine is shut down and deleted, a new one boots in its place (a few minutes
 * without service) with the same address, keys and Volume: paired devices, conversations and workspaces stay, as do
 * the certificate and the bans; logs are lost. `pulumi preview` says so beforehand.
 */
export interface OpenClawGatewayArgs {
  /**
   * DigitalOcean region, as its slug; their list: `doctl compute region list`.
   * A change replaces the address, the Droplet and the Volume: the URL changes, unless `domain` is set, and
   * everything on the Volume is lost; `volume.protect` has Pulumi refuse that.
   * @default "fra1"
   */
  region?: Input<string>;

  /**
   * DigitalOcean size, as its slug; their list: `doctl compute size list`. At least 2 vCPU and 4 GiB, since one
   * agent's turn peaks at 1.7 GiB besides the operating system. A change is made in place, with the machine
   * away for about two minutes; the disk keeps its size, so that a smaller size remains possible.
   * @default "s-2vcpu-4gb"
   */
  size?: Input<string>;

  /**
   * Who may sign in by SSH, from where. Without it sshd does not run and port 22 is closed; then no browser or
   * device can be approved, because that is done on the machine.
   * Adding or removing it replaces the Droplet.
   */
  admin?: AdminArgs;

  /**
   * Host name under which the gateway is opened, such as `"claw.example.com"`. Make an A record of it that points
   * at the output `ipAddress`; the certificate is issued once it does. Absent: the URL is the bare address.
   * A change replaces the Droplet, and every browser has to be approved again under the new name.
   */
  domain?: Input<string>;

  /** The authority that issues the gateway's certificate. Absent: Let's Encrypt. A change replaces the Droplet. */
  acme?: AcmeArgs;

  /**
   * The model of all agents that have none of their own. Absent: the gateway runs, agents cannot answer, and a red
   * stripe on its page says so. A change replaces the Droplet.
   */
  model?: ModelArgs;

  /**
   * Who works here: agents by name, each in a container of its own. A name is 1 to 32 lower-case letters, digits and
   * inner hyphens, a letter first. `main` answers where no agent is named; it is always there, and listed only to change it.
   * A change replaces the Droplet.
   * @default { main: {} }
   * @example { research: { network: { hosts: ["api.github.com", "github.com"] }, limits: { memory: 1024 } } }
   */
  agents?: Record<string, AgentArgs>;

  /**
   * More tags for the Droplet, such as `["env:prod"]`: letters, digits, `:`, `-` and `_`. A change is made in place.
   * A Cloud Firewall of yours that selects by one of them adds its rules to this machine's.
   * @default []
   */
  tags?: Input<Input<string>[]>;

  /**
   * UUID of the VPC that the Droplet's private interface joins; it must be in `region`. Absent: the region's default
   * VPC. A change replaces the Droplet.
   */
  vpcUuid?: Input<string>;

  /**
   * DigitalOcean's daily backups of the Droplet's own disk (a surcharge of 30 % of its price). The Volume is not in
   * them, so they hold the machine's logs and every secret of it, and no conversation. A change is made in place.
   * @default false
   */
  backups?: Input<boolean>;

  /** The disk that outlives the Droplet: OpenClaw's state, agents' workspaces, the certificate, bans. */
  volume?: VolumeArgs;
}

/** The one person who may sign in by SSH, as user `admin`, with sudo. */
export interface AdminArgs {
  /**
   * One line of an OpenSSH `.pub` file: ed25519, ecdsa, rsa of at least 3072 bits, or one of the two kinds that live
   * on a security key. A change replaces the Droplet.
   * @example "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI... anna@laptop"
   */
  publicKey: Input<string>;

  /**
   * Networks from which port 22 answers, at least one; never the whole Internet. They are in DigitalOcean's
   * firewall alone, so a change (you moved, your address changed) is made in place.
   * @example ["203.0.113.5/32", "2001:db8:7::/48"]
   */
  cidrs: Input<Input<string>[]>;
}

/** The DigitalOcean Volume that holds the gateway's state; it stays when the Droplet is replaced. */
export interface VolumeArgs {
  /**
   * Its size in GiB, a whole number from 1 to 16384. It can only grow: more is given in place, without a pause, and
   * the file system follows within seconds; less is refused at preview.
   * @default 10
   */
  gigabytes?: Input<number>;

  /**
   * Pulumi refuses whatever would delete the Volume: `pulumi destroy`, another `region`, another name. For
   * production. A change is made in place; to delete it after all, set false and `pulumi up` first.
   * @default false
   */
  protect?: boolean;
}

/** An ACME authority (RFC 8555). */
export interface AcmeArgs {
  /** Where the authority may write about this certificate. Absent: nowhere. A change replaces the Droplet. */
  email?: Input<string>;

  /**
   * The authority's directory, an https URL. Without `domain` the authority must issue certificates for addresses
   * and know the profile `shortlived`. A change replaces the Droplet.
   * @default Let's Encrypt's production directory
   */
  directory?: Input<string>;

  /**
   * Root certificates of a private authority, in PEM, one or several: of the directory's own HTTPS certificate and
   * of the certificates that it issues, where these differ. The machine trusts them for the directory alone;
   * `pulumi up` trusts only them when it asks whether the gateway is ready. Needs `directory`.
   * Absent: the public authorities. A change replaces the Droplet.
   */
  caRoot?: Input<string>;
}

/** One agent. What it runs, it runs in its container; it sees neither the machine nor another agent's files. */
export interface AgentArgs {
  /** Its own model. Absent: the gateway's `model`. A change replaces the Droplet. */
  model?: ModelArgs;

  /** Which tools it holds, of those that stay in its container or in its own conversations. Absent: all of them. */
  tools?: AgentToolsArgs;

  /** What its container may use. */
  limits?: AgentLimitsArgs;

  /**
   * What its container reaches: `"none"`, or a list of hosts. A change replaces the Droplet.
   * @default "none"
   */
  network?: "none" | AgentNetworkArgs;
}

/**
 * OpenClaw's names: `exec`, `process`, `read`, `ls`, `write`, `edit`, `apply_patch`, `view_image`, `session_status`,
 * `sessions_list`, `sessions_history`, `sessions_search`, `sessions_send`, `sessions_spawn`, `sessions_yield` and
 * `subagents`. Its other tools work in the gateway, beside the container and its network: no agent has them.
 */
export interface AgentToolsArgs {
  /**
   * It has these and no other. Absent: all. A change replaces the Droplet.
   * @example ["read", "ls", "view_image"]
   */
  allow?: Input<Input<string>[]>;

  /** It has none of these; wins over `allow`. A change replaces the Droplet. */
  deny?: Input<Input<string>[]>;
}

/** Of one container. All together have at most 40 % of the machine's memory, and 75 % of its CPUs. */
export interface AgentLimitsArgs {
  /**
   * MiB, at least 64; what wants more is killed. A change replaces the Droplet.
   * @default 512
   */
  memory?: Input<number>;

  /**
   * CPUs, at least 0.1. A change replaces the Droplet.
   * @default 1
   */
  cpus?: Input<number>;

  /**
   * Processes and threads, 16 to 1024. A change replaces the Droplet.
   * @default 256
   */
  processes?: Input<number>;
}

/**
 * A way out through a filtering proxy (squid), which `HTTP_PROXY` and `HTTPS_PROXY` name in the container. There is no
 * other: the container has no network and no resolver. `journalctl --namespace egress` has a line for each request,
 * also for each that was refused.
 */
export interface AgentNetworkArgs {
  /**
   * Host names that it reaches, on ports 443 and 80; each itself, not what is below it. Whatever a listed host is told
   * leaves the machine, so list what you would tell everything. A name that leads to a private address, to this machine
   * or to the metadata service is refused. A change replaces the Droplet.
   * @example ["api.github.com", "registry.example.com"]
   */
  hosts: Input<Input<string>[]>;
}

/** Where agents get their answers. */
export interface ModelArgs {
  /**
   * DigitalOcean Gradient, OpenAI, Anthropic, OpenRouter, or any other OpenAI-compatible endpoint as `custom`.
   * A change replaces the Droplet.
   */
  provider: ModelProvider;

  /**
   * The provider's own name of the model. A change replaces the Droplet.
   * @example "openai-gpt-oss-120b"
   */
  id: Input<string>;

  /**
   * An OpenAI-compatible endpoint; required for `custom`. https, or http on a private address.
   * A change replaces the Droplet.
   * @default the provider's own endpoint
   * @example "https://llm.example.com/v1"
   */
  baseUrl?: Input<string>;

  /**
   * The provider's key; always kept as a secret, and on the machine only the gateway's process has it. Absent: an
   * agent's own model has the key of the gateway's `model` where `provider` and `baseUrl` are the same; else requests
   * carry none, which only a `custom` endpoint of your own may accept. A change replaces the Droplet.
   */
  apiKey?: Input<string>;
}

export const modelProviders = ["gradient", "openai", "anthropic", "openrouter", "custom"] as const;
export type ModelProvider = (typeof modelProviders)[number];
