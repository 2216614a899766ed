/** Everything that varies from machine to machine. Resolved values in, one user-data document out. */
export interface MachineSettings {
  /** Public name of the gateway: "https://198.51.100.7" or "https://claw.example.com"; no slash at its end. */
  readonly origin: string;
  /** The shared key that a browser or device presents; 48 letters and digits. Secret. */
  readonly gatewayKey: string;
  /** Name of the Volume that holds the state: "volume-openclaw-prod". */
  readonly volume: string;
  readonly acme: {
    /** Where the authority mails about this certificate. */
    readonly email?: string;
    /** ACME directory URL; absent: Caddy's default, Let's Encrypt. */
    readonly directory?: string;
    /** PEM of the root that signed the directory's own HTTPS certificate; absent: the system's roots. */
    readonly caRoot?: string;
  };
  /** The model that agents use; absent: the gateway comes up and says that it has none. */
  readonly model?: ModelSettings;
  /** By name: lower-case letters, digits and inner hyphens. `main` is the one that is asked where none is named. */
  readonly agents: Readonly<Record<string, AgentSettings>>;
  /** Who may sign in by SSH, as user "admin"; absent: sshd does not run. */
  readonly admin?: {
    readonly publicKey: string;
    /** The machine's own ed25519 key pair: in OpenSSH's format, secret, and as in a .pub file. */
    readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  };
}

export interface ModelSettings {
  readonly provider: "gradient" | "openai" | "anthropic" | "openrouter" | "custom";
  /** The provider's name of the model. */
  readonly id: string;
  /** OpenAI-compatible endpoint; required for "custom", else the provider's own. */
  readonly baseUrl?: string;
  /** Secret. */
  readonly apiKey?: string;
}

export interface AgentSettings {
  /** Absent: the model of all agents. Without a key of its own it has that model's, where provider and baseUrl agree. */
  readonly model?: ModelSettings;
  /** OpenClaw's names of tools: only these, where there are any; and none of those. */
  readonly tools?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] };
  /** Of its container: MiB, CPUs, processes. */
  readonly limits: { readonly memory: number; readonly cpus: number; readonly processes: number };
  /** Names of hosts that the filtering proxy lets it reach. */
  readonly network: "none" | { readonly hosts: readonly string[] };
}
