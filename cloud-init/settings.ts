/** Everything that varies from machine to machine. Resolved values in, one user-data document out. */
export interface MachineSettings {
  /** Public name of the gateway: "https://198.51.100.7" or "https://claw.example.com"; no slash at its end. */
  readonly origin: string;
  /** The shared key that a browser or device presents; 48 letters and digits. Secret. */
  readonly gatewayKey: string;
  readonly acme: {
    /** Where the authority mails about this certificate. */
    readonly email?: string;
    /** ACME directory URL; absent: Caddy's default, Let's Encrypt. */
    readonly directory?: string;
    /** PEM of the root that signed the directory's own HTTPS certificate; absent: the system's roots. */
    readonly caRoot?: string;
  };
  /** The model that agents use; absent: the gateway comes up and says that it has none. */
  readonly model?: {
    readonly provider: "gradient" | "openai" | "anthropic" | "openrouter" | "custom";
    /** The provider's name of the model. */
    readonly id: string;
    /** OpenAI-compatible endpoint; required for "custom", else the provider's own. */
    readonly baseUrl?: string;
    /** Secret. */
    readonly apiKey?: string;
  };
  /** Who may sign in by SSH, as user "admin"; absent: sshd does not run. */
  readonly admin?: {
    readonly publicKey: string;
    /** The machine's own ed25519 key pair: in OpenSSH's format, secret, and as in a .pub file. */
    readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  };
}
