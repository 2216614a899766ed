/**
 * What the machine promises, on one Droplet that is booted once (boot.ts) and seen from outside as a user sees it.
 * One file, so that one worker of jest waits for the Droplet while the others work, and so that the order is ours:
 * what changes the machine comes last and puts everything back.
 */
import "./promises/certificate.ts";
import "./promises/http.ts";
import "./promises/refused-routes.ts";
import "./promises/websocket.ts";
import "./promises/ports.ts";
import "./promises/services.ts";
import "./promises/files.ts";
import "./promises/upgrades.ts";
import "./promises/openclaw.ts";
import "./promises/log-lines.ts";
import "./promises/ssh.ts";
import "./promises/sandbox-runtime.ts";
import "./promises/agent-turn.ts";
import "./promises/agent-network.ts";
import "./promises/secrets.ts";
import "./promises/sandbox-limits.ts";
import "./promises/sandbox-image.ts";
import "./promises/browser.ts";
import "./promises/bans.ts";
import "./promises/setup.ts";
import "./promises/release.ts";
import "./promises/volume.ts";
import "./promises/replacement.ts";
import { afterAll } from "@jest/globals";
import { disconnect } from "./client/connect.ts";

afterAll(disconnect);
