/** Owns a world with one Droplet until it is killed: `node owner.ts RUN_DIRECTORY`; a child of left-clean.test.ts. */
import { createWorld } from "../../rehearsal/world.ts";
import { bootDropletWithVolume } from "../world/droplet.ts";

const [runDirectory = ""] = process.argv.slice(2);
await bootDropletWithVolume(await createWorld({ runDirectory, progress: console.log }));
