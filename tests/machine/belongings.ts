/** What somebody has of a gateway, and finds again whatever happens to the machine. */
import { createHash } from "node:crypto";
import { agentShell, docker, image } from "./agent.ts";
import { places } from "./client/connect.ts";
import { secureConnection } from "./client/http.ts";
import { Device, signIn } from "./client/sign-in.ts";
import { hostKey } from "./client/ssh.ts";
import { gateway } from "./gateway.ts";
import { outputOf } from "./in-droplet.ts";

const note = "written-on-the-first-day";
const noteFile = `${note}.txt`;
const banned = "192.0.2.77";

export interface Owner {
  readonly device: Device;
  /** What the gateway gave the device when it was paired: lets it in without the gateway's key. */
  readonly token: string;
}

/** Pairs a device, has the agent write a note in its workspace, and somebody banned. */
export async function moveIn(): Promise<Owner> {
  const device = new Device();
  const { requestId } = await signIn({ device });
  await outputOf(`openclaw devices approve ${requestId}`);
  const { client, token = "" } = await signIn({ device });
  client.close();
  await agentShell(`echo ${note} > ${noteFile}`);
  await outputOf(`fail2ban-client set openclaw banip ${banned}`);
  return { device, token };
}

/** What is there of all that, as seen from outside and inside. */
export async function belongings({ device, token }: Owner) {
  const secure = await secureConnection(places.host);
  const certificate = createHash("sha256").update(secure.getPeerCertificate().raw).digest("hex");
  secure.destroy();
  const { code, scopes, client } = await signIn({ device, key: token });
  client.close();
  const { sessions } = JSON.parse(await outputOf("openclaw sessions --json")) as {
    sessions: { key: string; sessionId: string }[];
  };
  const history = "openclaw gateway call chat.history --json --params";
  const conversation = await outputOf(`${history} '{"sessionKey":"agent:main:main"}'`);
  const { url, key } = gateway;
  return {
    ...{ url, key, certificate, sshHostKey: await hostKey(places.host) },
    device: { code, scopes },
    sessions: sessions.map(({ key, sessionId }) => [key, sessionId]),
    conversation: conversation.includes(note),
    note: await outputOf(`find /var/lib/openclaw-workspaces -name ${noteFile} -exec cat {} +`),
    ban: (await outputOf("fail2ban-client get openclaw banip")).includes(banned),
    sandboxImage: await docker(`image inspect --format '{{ .Config.Labels }}' ${image}`),
  };
}

/** What a gateway has where nothing of it is lost. */
export const everything = {
  device: { code: "", scopes: ["operator.admin", "operator.read", "operator.write"] },
  conversation: true,
  note,
  ban: true,
};
