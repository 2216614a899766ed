import { requireStatus } from "../status.ts";
