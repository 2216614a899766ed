import { actionView } from "./actions.ts";
import { type Droplet, machineSize } from "./droplet.ts";
import { beginDropletAction } from "./droplet-life.ts";
import { backupPolicy, hostname, orderedSize } from "./droplet-order.ts";
import { pendingEvent, unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { applyFirewalls } from "./packet-rules.ts";
import type { State } from "./state.ts";

/** Checks what was asked and returns the work: first the world's part, then the change that it made. */
type Planner = (state: State, droplet: Droplet, fields: Fields) => () => Promise<void>;

function mustBe(droplet: Droplet, status: "active" | "off", otherwise: string): void {
  if (droplet.status !== status) throw unprocessable(otherwise);
}

async function turn(state: State, droplet: Droplet, how: "powerOn" | "powerOff" | "shutdown"): Promise<void> {
  await state.world[how](droplet.id);
  droplet.status = how === "powerOn" ? "active" : "off";
}

const planners = new Map<string, Planner>(
  Object.entries<Planner>({
    power_on: (state, droplet) => {
      mustBe(droplet, "off", "Droplet is already powered on.");
      return () => turn(state, droplet, "powerOn");
    },
    power_off: (state, droplet) => {
      mustBe(droplet, "active", "Droplet is already powered off.");
      return () => turn(state, droplet, "powerOff");
    },
    // Of one that is off, too: Pulumi's provider, when it deletes a Droplet once more, counts on that.
    shutdown: (state, droplet) => async () => {
      if (droplet.status === "active") await turn(state, droplet, "shutdown");
    },
    reboot: (state, droplet) => {
      mustBe(droplet, "active", "Droplet is currently off.");
      return async () => {
        await turn(state, droplet, "shutdown");
        await turn(state, droplet, "powerOn");
      };
    },
    power_cycle: (state, droplet) => {
      mustBe(droplet, "active", "Droplet is currently off.");
      return async () => {
        await turn(state, droplet, "powerOff");
        await turn(state, droplet, "powerOn");
      };
    },
    resize: (state, droplet, fields) => {
      const size = orderedSize(fields.requiredText("size"), droplet.region);
      const diskGiB = fields.flag("disk") ? size.diskGiB : droplet.diskGiB;
      mustBe(droplet, "off", "Droplet must be powered off before it can be resized.");
      if (size === droplet.size && diskGiB === droplet.diskGiB)
        throw unprocessable("Droplet already has this size.");
      if (size.diskGiB < droplet.diskGiB)
        throw unprocessable("Size can not decrease size of Droplet's disk image");
      return async () => {
        await state.world.resize(droplet.id, machineSize({ size, diskGiB }));
        Object.assign(droplet, { size, diskGiB });
      };
    },
    rename: (_, droplet, fields) => {
      const name = hostname(fields.requiredText("name"));
      return async () => {
        droplet.name = name;
      };
    },
    enable_backups: (_, droplet, fields) => {
      if (droplet.backups) throw unprocessable("Backups are already enabled.");
      const policy = backupPolicy(fields);
      return async () => {
        droplet.backups = true;
        droplet.backupPolicy = policy;
      };
    },
    disable_backups: (_, droplet) => {
      if (!droplet.backups) throw unprocessable("Backups are already disabled.");
      return async () => {
        droplet.backups = false;
        droplet.backupPolicy = undefined;
      };
    },
    change_backup_policy: (_, droplet, fields) => {
      if (!droplet.backups) throw unprocessable("Backups are not enabled.");
      const policy = backupPolicy(fields);
      if (!policy) throw unprocessable("backup_policy is required.");
      return async () => {
        droplet.backupPolicy = policy;
      };
    },
    enable_ipv6: (state, droplet) => {
      if (droplet.ipv6) throw unprocessable("IPv6 is already enabled.");
      return async () => {
        droplet.ipv6 = true;
        await applyFirewalls(state);
      };
    },
  }),
);

/** Kinds that DigitalOcean has and this stand-in refuses rather than pretends. */
const UNSUPPORTED = [
  "snapshot",
  "rebuild",
  "restore",
  "password_reset",
  "change_kernel",
  "enable_private_networking",
];

export function actOnDroplet(state: State, droplet: Droplet, fields: Fields) {
  const type = fields.requiredText("type");
  if (UNSUPPORTED.includes(type))
    throw unprocessable(`A rehearsal has no ${type}: run this one against DigitalOcean.`);
  const planner = planners.get(type);
  if (!planner) throw unprocessable(`Action type ${JSON.stringify(type)} is invalid.`);
  if (droplet.locked) throw pendingEvent();
  return actionView(beginDropletAction(state, droplet, type, planner(state, droplet, fields)));
}
