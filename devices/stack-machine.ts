import { CommandFailed, run } from "./run.ts";

/** Where a stack's machine is, and how it proves that it is the one. */
export interface Machine {
  readonly address: string;
  /** `ssh-ed25519 AAAA...` */
  readonly hostKey: string;
}

export async function stackMachine(stack: string): Promise<Machine> {
  const { ipAddress, sshHostKey } = await outputs(stack);
  if (typeof ipAddress !== "string")
    throw new Error(`the stack ${stack} has no machine: bring it up with \`pulumi up --stack ${stack}\``);
  if (typeof sshHostKey !== "string")
    throw new Error(
      `the stack ${stack} has no admin, and approving is done on its machine by SSH. Set admin.publicKey and admin.cidrs (see README.md), then \`pulumi up --stack ${stack}\`.`,
    );
  return { address: ipAddress, hostKey: sshHostKey };
}

/** Without the secrets: none is needed here. */
async function outputs(stack: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(
      await run("pulumi", ["stack", "output", "--json", "--stack", stack, "--non-interactive"]),
    );
  } catch (error) {
    if (error instanceof CommandFailed && error.code === "ENOENT")
      throw new Error("there is no pulumi on PATH, which knows where the machine is: install it");
    throw error;
  }
}
