import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Progress } from "../progress.ts";
import { accountRoutes } from "./account.ts";
import { actionRoutes } from "./actions.ts";
import { domainRoutes } from "./domains.ts";
import { assignedIps } from "./droplet.ts";
import { dropletRoutes } from "./droplets.ts";
import { firewallRoutes } from "./firewalls.ts";
import { imageRoutes } from "./images.ts";
import { monitoringRoutes } from "./monitoring.ts";
import { projectRoutes } from "./projects.ts";
import { regionRoutes } from "./regions.ts";
import { reservedIpRoutes } from "./reserved-ips.ts";
import { apiServer, type ServerOptions } from "./server.ts";
import { sizeRoutes } from "./sizes.ts";
import { sshKeyRoutes } from "./ssh-keys.ts";
import { newState } from "./state.ts";
import { tagRoutes } from "./tags.ts";
import { uptimeRoutes } from "./uptime.ts";
import { volumeRoutes } from "./volumes.ts";
import { vpcRoutes } from "./vpcs.ts";
import type { World } from "./world.ts";

export interface CloudOptions extends Pick<ServerOptions, "token" | "fault"> {
  /** What the resources are made of. */
  readonly world: World;
  /** Port on the loopback address; absent: any free one. */
  readonly port?: number;
  /** Told when an action begins and ends; absent: nobody. */
  readonly progress?: Progress;
  /** Told of work that failed, such as a boot, after its request was answered; absent: standard error. */
  readonly onError?: (what: string, error: unknown) => void;
}

/** One Droplet for people: what a status command shows. */
export interface DropletStatus {
  readonly id: number;
  readonly name: string;
  readonly status: "new" | "active" | "off";
  /** An action is under way. */
  readonly locked: boolean;
  readonly size: string;
  readonly region: string;
  readonly address: string | undefined;
  readonly reservedIps: readonly string[];
}

export interface Cloud {
  /** Where the API is, for DIGITALOCEAN_API_URL: "http://127.0.0.1:8080"; no slash at its end. */
  readonly url: string;
  droplets(): readonly DropletStatus[];
  /** Stops serving. What the world made stays: the world's owner takes it down. */
  close(): Promise<void>;
}

/** DigitalOcean's HTTP API v2 on the loopback address, empty at first and kept in memory. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const onError = options.onError ?? ((what, error) => console.error(what, error));
  const state = newState(options.world, options.progress ?? (() => {}), onError);
  const routes = [
    ...accountRoutes,
    ...regionRoutes,
    ...sizeRoutes,
    ...imageRoutes,
    ...actionRoutes(state),
    ...dropletRoutes(state),
    ...firewallRoutes(state),
    ...reservedIpRoutes(state),
    ...volumeRoutes(state),
    ...tagRoutes(state),
    ...sshKeyRoutes(state),
    ...vpcRoutes(state),
    ...domainRoutes(state),
    ...projectRoutes(state),
    ...uptimeRoutes(state),
    ...monitoringRoutes(state),
  ];
  const server = apiServer({ ...options, routes, onError });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    droplets: () =>
      [...state.droplets.values()].map((droplet) => ({
        id: droplet.id,
        name: droplet.name,
        status: droplet.status,
        locked: droplet.locked,
        size: droplet.size.slug,
        region: droplet.region.slug,
        address: droplet.address,
        reservedIps: assignedIps(state, droplet).map((reserved) => reserved.ip),
      })),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
