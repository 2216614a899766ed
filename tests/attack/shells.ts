/** Where attackers are, and where the same is tried without the protection. */
import { agentShell, docker, image } from "../machine/agent.ts";
import { outputOf } from "../machine/in-droplet.ts";
import { Shell } from "./scripts.ts";

/** In the agent's own container, as a real turn of it runs commands. */
export const agent = new Shell("for an agent", agentShell);

export const root = new Shell("for root on the machine", (command) => outputOf(command));

const quoted = (command: string) => `'${command.replaceAll("'", "'\\''")}'`;

/** In a container of the same image, without what protects an agent's. */
export const unprotected = new Shell("in a container that Docker protects less", (command) =>
  docker(`run --rm --privileged --user 0:0 ${image} bash -c ${quoted(command)}`),
);

/** The gateway's unit with all its properties and another program: what someone has who took the gateway over. */
export const gatewayTakenOver = new Shell("for the gateway's user", async (command) => {
  const unit = "openclaw-taken-over.service";
  const file = "/run/openclaw-taken-over";
  const over = `
[Service]
Type=oneshot
Restart=no
ExecStart=
ExecStart=/bin/bash ${file}
StandardOutput=file:${file}.out
`;
  await outputOf(`cat > ${file}`, command);
  return await outputOf(
    `{ systemctl cat openclaw-gateway.service; cat; } > /run/systemd/system/${unit}
     trap 'rm -f ${file} ${file}.out /run/systemd/system/${unit}; systemctl daemon-reload' EXIT
     systemctl daemon-reload && systemctl start ${unit} && cat ${file}.out`,
    over,
  );
});

/** As the same user, without the unit around it. */
export const unconfined = new Shell("for the same user without the unit's sandbox", (command) =>
  outputOf(`runuser --user openclaw --supp-group sandbox -- bash -c ${quoted(command)}`),
);
