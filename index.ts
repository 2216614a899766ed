import { getProject, RunError, runtime } from "@pulumi/pulumi";
import { OpenClawGateway, type OpenClawGatewayArgs } from "./components/open-claw-gateway.ts";

const gateway = new OpenClawGateway("openclaw", configuredArgs());

export const {
  url,
  gatewayKey,
  dashboardUrl,
  ipAddress,
  dropletId,
  sshHostKey,
  volumeId,
  firewallId,
  versions,
  notices,
} = gateway;

/** This project's configuration. Its keys are the component's args, so the component also refuses unknown ones. */
function configuredArgs(): OpenClawGatewayArgs {
  const namespace = `${getProject()}:`;
  const entries = Object.entries(runtime.allConfig())
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, text]) => [key.slice(namespace.length), configured(text)] as const)
    .filter(([, value]) => !isUnset(value));
  const args: OpenClawGatewayArgs = Object.fromEntries(entries);
  if (args.model?.apiKey !== undefined) refusePlainText(`${namespace}model`, "model.apiKey");
  for (const [name, agent] of Object.entries(args.agents ?? {})) {
    if (agent?.model?.apiKey !== undefined)
      refusePlainText(`${namespace}agents`, `agents.${name}.model.apiKey`);
  }
  return args;
}

/** Pulumi hands objects, lists and booleans over as JSON, and texts as they are. */
function configured(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" || typeof value === "boolean" ? value : text;
  } catch {
    return text;
  }
}

/** The defaults in Pulumi.yaml that stand for "not set". */
function isUnset(value: unknown): boolean {
  return value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

/** A key in plain text would be committed with the stack's file. */
function refusePlainText(key: string, path: string): void {
  const secretKeys: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "null");
  if (Array.isArray(secretKeys) && !secretKeys.includes(key)) {
    throw new RunError(
      `${path}: is in plain text. Set it with \`pulumi config set --secret --path ${path}\`.`,
    );
  }
}
