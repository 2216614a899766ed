import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "@jest/globals";
import { localCommand } from "../../rehearsal/plugins/command/local-command.ts";
import type { Context } from "../../rehearsal/plugins/shared/resource-type.ts";

const directory = mkdtempSync(join(tmpdir(), "openclaw-droplet-command-"));
afterAll(() => rmSync(directory, { recursive: true }));

function context(lines: string[] = [], signal = new AbortController().signal): Context {
  return { signal, log: (line) => void lines.push(line) };
}

describe("the stand-in for local.Command", () => {
  it("gives what the command wrote, and shows it line by line", async () => {
    const lines: string[] = [];
    const inputs = {
      create: "read word; echo $word $NAME; echo two; echo three >&2",
      stdin: "one\n",
      environment: { NAME: "x" },
    };
    const { outputs } = await localCommand.create(inputs, context(lines));
    expect(outputs).toMatchObject({ stdout: "one x\ntwo", stderr: "three" });
    expect(lines.sort()).toEqual(["one x", "three", "two"]);
  });

  it("runs the interpreter that it is given", async () => {
    const inputs = { interpreter: [process.execPath, "--eval"], create: "console.log(6 * 7)" };
    expect((await localCommand.create(inputs, context())).outputs.stdout).toBe("42");
  });

  it("is as quiet as it is asked to be", async () => {
    const lines: string[] = [];
    const inputs = { create: "echo out; echo err >&2" };
    await localCommand.create({ ...inputs, logging: "none" }, context(lines));
    expect(lines).toEqual([]);
    await localCommand.create({ ...inputs, logging: "stderr" }, context(lines));
    expect(lines).toEqual(["err"]);
  });

  it("fails as the command fails, with what it said", async () => {
    const failing = localCommand.create({ create: "echo why >&2; exit 3" }, context());
    await expect(failing).rejects.toThrow(/exit status 3.*\nwhy/s);
    await expect(localCommand.create({ create: "x", interpreter: ["/nowhere"] }, context())).rejects.toThrow(
      "/nowhere",
    );
  });

  it("updates by the update command, which sees the output of before", async () => {
    const olds = { create: "echo 1", stdout: "1", stderr: "" };
    const news = { create: "echo 1", update: "echo $PULUMI_COMMAND_STDOUT 2" };
    expect(await localCommand.update?.("id", olds, news, context())).toMatchObject({ stdout: "1 2" });
  });

  it("runs the delete command, and none when there is none", async () => {
    const file = join(directory, "deleted");
    await localCommand.delete?.(
      "id",
      { create: "true", delete: `echo $PULUMI_COMMAND_STDOUT > ${file}`, stdout: "1" },
      context(),
    );
    expect(readFileSync(file, "utf8")).toBe("1\n");
    await localCommand.delete?.("id", { create: `echo 2 > ${file}` }, context());
    expect(readFileSync(file, "utf8")).toBe("1\n");
  });

  it("ends with all its children when the user cancels", async () => {
    const cancelled = new AbortController();
    const file = join(directory, "pid");
    const create = `sleep 60 & echo $! > ${file}; wait`;
    const running = localCommand.create({ create }, context([], cancelled.signal));
    const outcome = expect(running).rejects.toThrow("SIGTERM");
    while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(10);
    cancelled.abort();
    await outcome;
    const child = Number(readFileSync(file, "utf8"));
    for (let tries = 0; isRunning(child) && tries < 100; tries++) await sleep(10);
    expect(isRunning(child)).toBe(false);
  });
});

/** A process that ended and was not yet waited for by its new parent counts as ended. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
