import type { Input } from "@pulumi/pulumi";

/**
 * What a gateway can be told. Everything has a safe default, so `{}` is a complete gateway; it says in `notices`
 * what it still lacks.
 *
 * "Replaces the Droplet" means: the machine is shut down and deleted, a new one boots in its place (a few minutes
 * without service), its address and key stay, what was on its disk is lost. `pulumi preview` says so beforehand.
 */
export interface OpenClawGatewayArgs {
  /**
   * DigitalOcean region, as its slug; their list: `doctl compute region list`.
   * A change replaces the address and the Droplet: the URL changes, unless `domain` is set.
   * @default "fra1"
   */
  region?: Input<string>;

  /**
   * DigitalOcean size, as its slug; their list: `doctl compute size list`. At least 2 vCPU and 4 GiB, since one
   * agent's turn peaks at 1.7 GiB besides the operating system. A change is made in place, with the machine
   * powered off for about a minute; the disk keeps its size, so that a smaller size remains possible.
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

  /** The model that agents use. Absent: the gateway runs, and no agent can answer. A change replaces the Droplet. */
  model?: ModelArgs;

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
   * DigitalOcean's daily backups of the whole disk (a surcharge of 30 % of the Droplet's price). The copies hold
   * every secret of the machine. A change is made in place.
   * @default false
   */
  backups?: Input<boolean>;
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
   * The provider's key; always kept as a secret. Absent: requests carry none, which only a `custom` endpoint of
   * your own may accept. A change replaces the Droplet.
   */
  apiKey?: Input<string>;
}

export const modelProviders = ["gradient", "openai", "anthropic", "openrouter", "custom"] as const;
export type ModelProvider = (typeof modelProviders)[number];
