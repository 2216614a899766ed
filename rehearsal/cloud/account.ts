import { get, ok, type Route } from "./router.ts";

const account = {
  droplet_limit: 25,
  floating_ip_limit: 5,
  reserved_ip_limit: 5,
  volume_limit: 100,
  email: "rehearsal@example.com",
  name: "Rehearsal",
  uuid: "00000000-0000-4000-8000-000000000001",
  email_verified: true,
  status: "active",
  status_message: "",
  team: { uuid: "00000000-0000-4000-8000-000000000002", name: "My Team" },
};

export const accountRoutes: readonly Route[] = [get("/v2/account", () => ok({ account }))];
