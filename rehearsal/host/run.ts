import { type StdioOptions, spawn } from "node:child_process";

/** Runs a short command to its end and gives its standard output; when it fails, its own words are the error. */
export async function run(command: string, args: readonly string[], input?: string): Promise<string> {
  const stdio: StdioOptions = [input === undefined ? "ignore" : "pipe", "pipe", "pipe"];
  const child = spawn(command, args, { stdio });
  let output = "";
  let complaint = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  child.stdin?.on("error", () => {}); // a command that ends without reading all is judged by its exit code
  child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return output;
  throw new Error(
    `${command} ${args.join(" ")} failed (${code ?? "killed"}): ${(complaint || output).trim()}`,
  );
}

export const errorCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
