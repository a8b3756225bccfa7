import { adminRoutes } from "./admin.ts";
import { agentRoutes } from "./agents.ts";
import { auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backups.ts";
import { conversationRoutes } from "./conversations.ts";
import { defaultMemoryRoutes } from "./default-memory.ts";
import { docsRoutes } from "./docs.ts";
import { eventRoutes } from "./events.ts";
import { healthRoutes } from "./health.ts";
import { historyRoutes } from "./history.ts";
import { keyRoutes } from "./keys.ts";
import { legacyLoginRoutes } from "./legacy-login.ts";
import { loginRoutes } from "./login.ts";
import { loopRoutes } from "./loop.ts";
import { meRoutes } from "./me.ts";
import { memoryRoutes } from "./memory.ts";
import { moduleRoutes } from "./modules.ts";
import { passwordRoutes } from "./passwords.ts";
import { resetPageRoutes } from "./reset-page.ts";
import { sessionRoutes } from "./sessions.ts";
import { statusRoutes } from "./status.ts";
import { userRoutes } from "./users.ts";

/** Every route of the gateway. */
export const ROUTES = [
  healthRoutes,
  statusRoutes,
  agentRoutes,
  moduleRoutes,
  loopRoutes,
  defaultMemoryRoutes,
  memoryRoutes,
  conversationRoutes,
  eventRoutes,
  loginRoutes,
  passwordRoutes,
  sessionRoutes,
  keyRoutes,
  meRoutes,
  adminRoutes,
  userRoutes,
  auditRoutes,
  historyRoutes,
  backupRoutes,
  legacyLoginRoutes,
  resetPageRoutes,
  docsRoutes,
];
