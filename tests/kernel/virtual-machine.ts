/** The shared Droplet's copy on Debian's own kernel; loading this module waits until it has come up. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { until } from "../../rehearsal/host/until.ts";
import { secondsSince } from "../../rehearsal/progress.ts";
import { runDirectory } from "../machine/gateway.ts";
import { outputOf, useDroplet } from "../machine/in-droplet.ts";
import { type Copy, copyFile } from "./boot-copy.ts";

const start = performance.now();
const file = copyFile(runDirectory);
await until(async () => existsSync(file), "the virtual machine, see the lines marked [boot],", 1800);
const copy = JSON.parse(await readFile(file, "utf8")) as Copy;
if ("failed" in copy) throw new Error(`the virtual machine did not come up: ${copy.failed}`);
useDroplet(copy.dropletId);
// one command that waits inside, since each from here costs an emulated machine a second
await outputOf(`until openclaw-setup-status | grep --quiet '^\\(ready\\|failed\\)'; do sleep 2; done`);
console.log(
  `waited ${secondsSince(start)} for the virtual machine; up for ${await outputOf("cut -d ' ' -f 1 /proc/uptime")} s by its own clock`,
);

export const virtualMachine = copy;
