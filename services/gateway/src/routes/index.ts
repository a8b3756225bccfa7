import { adminRoutes } from "./admin.ts";
import { agentRoutes } from "./agents.ts";
import { defaultMemoryRoutes } from "./default-memory.ts";
import { docsRoutes } from "./docs.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { loopRoutes } from "./loop.ts";
import { memoryRoutes } from "./memory.ts";
import { moduleRoutes } from "./modules.ts";
import { statusRoutes } from "./status.ts";

/** Every route of the gateway. */
export const ROUTES = [
  healthRoutes,
  statusRoutes,
  agentRoutes,
  moduleRoutes,
  loopRoutes,
  defaultMemoryRoutes,
  memoryRoutes,
  eventRoutes,
  adminRoutes,
  docsRoutes,
];
