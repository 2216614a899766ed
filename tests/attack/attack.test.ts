/**
 * What attackers of four kinds try, on the Droplet that the machine tests shared before; it is all theirs now: some of it
 * takes down what an agent runs in, and addresses get banned.
 */
import "./inside/keys.ts";
import "./inside/network.ts";
import "./inside/escape.ts";
import "./inside/tools.ts";
import "./inside/taken-over.ts";
import "./inside/runtime.ts";
import "./outside/smuggling.ts";
import "./outside/paths.ts";
import "./outside/upgrades.ts";
import "./outside/sign-in.ts";
import "./outside/rpc.ts";
import "./outside/leaks.ts";
import "./outside/sizes.ts";
import "./outside/keys.ts";
import "./outside/pairing.ts";
import "./outside/slow.ts";
import "./inside/exhaustion.ts";
import "./inside/concurrency.ts";
import { afterAll } from "@jest/globals";
import { disconnect } from "../machine/client/connect.ts";
import { summary } from "./attack.ts";

afterAll(async () => {
  await disconnect();
  process.stdout.write(`\n${summary()}\n`);
});
