/** `npm run devices` as the stack's owner runs it. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { prepareEngine } from "../../rehearsal/engine/engine.ts";
import { runDirectory as defaultDirectory, projectRoot } from "../../rehearsal/run-directory.ts";
import { gateway, runDirectory } from "./gateway.ts";
import type { Result } from "./in-droplet.ts";

const tool = [process.execPath, "--disable-warning=ExperimentalWarning", join(projectRoot, "devices/cli.ts")];

/** Over SSH, with the administrator's key in an agent, at the machine that Pulumi's state names. */
export async function devices(...words: readonly string[]): Promise<Result> {
  const { pulumi, env } = await prepareEngine(() => {});
  const stack = join(runDirectory, "stack");
  return await overSsh(words, dirname(pulumi), {
    ...env,
    PULUMI_BACKEND_URL: `file://${join(stack, "state")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(stack, "passphrase"),
  });
}

/** The same, where the stack knows another host key than the machine has. */
export async function devicesOfAnother(sshHostKey: string, ...words: readonly string[]): Promise<Result> {
  const bin = await mkdtemp(join(tmpdir(), "openclaw-droplet-pulumi-"));
  try {
    const outputs = JSON.stringify({ ipAddress: gateway.address, sshHostKey });
    await writeFile(join(bin, "pulumi"), `#!/bin/sh\necho '${outputs}'\n`, { mode: 0o755 });
    return await overSsh(words, bin);
  } finally {
    await rm(bin, { recursive: true });
  }
}

/** @param pulumi folder of the command that is asked for the stack's outputs. */
function overSsh(words: readonly string[], pulumi: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const withKey = ["ssh-agent", "sh", "-c", 'ssh-add -q "$1" && shift && exec "$@"', "sh", gateway.adminKey];
  return run([...withKey, ...tool, "--stack", "organization/openclaw-droplet/rehearsal", ...words], {
    ...env,
    PATH: `${pulumi}${delimiter}${process.env.PATH}`,
  });
}

/** In the rehearsal that these tests share, as if it were the one of this checkout's user. */
export async function devicesInRehearsal(...words: readonly string[]): Promise<Result> {
  const stateHome = await mkdtemp(join(tmpdir(), "openclaw-droplet-state-"));
  try {
    await mkdir(join(stateHome, "openclaw-droplet"));
    await symlink(runDirectory, join(stateHome, "openclaw-droplet", basename(defaultDirectory())));
    return await run([...tool, "--rehearsal", ...words], { XDG_STATE_HOME: stateHome });
  } finally {
    await rm(stateHome, { recursive: true });
  }
}

function run([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd: projectRoot, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      },
    );
  });
}
