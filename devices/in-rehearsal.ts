import { fileURLToPath } from "node:url";
import type { OpenClaw } from "./devices.ts";
import { run } from "./run.ts";

const rehearse = fileURLToPath(new URL("../rehearsal/cli.ts", import.meta.url));

/** OpenClaw's command line on the Droplet that `npm run rehearse` keeps. */
export const inRehearsal: OpenClaw = (...words) =>
  run(process.execPath, [...process.execArgv, rehearse, "exec", "--", "openclaw", ...words]);
