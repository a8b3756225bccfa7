import { adminRoutes } from "./admin.ts";
import { agentRunRoutes } from "./agent-runs.ts";
import { alertRoutes } from "./alerts.ts";
import { agentRoutes } from "./agents.ts";
import { auditRoutes } from "./audit.ts";
import { backupRoutes } from "./backups.ts";
import { budgetRoutes } from "./budgets.ts";
import { conversationRoutes } from "./conversations.ts";
import { conversationStopRoutes } from "./conversation-stop.ts";
import { coreHistoryRoutes } from "./core-history.ts";
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
import { metricsRoutes } from "./metrics.ts";
import { moduleRoutes } from "./modules.ts";
import { orchestraRoutes } from "./orchestra.ts";
import { passwordRoutes } from "./passwords.ts";
import { providerRoutes } from "./providers.ts";
import { redbloodRoutes } from "./redblood.ts";
import { resetPageRoutes } from "./reset-page.ts";
import { sessionRoutes } from "./sessions.ts";
import { statusRoutes } from "./status.ts";
import { usageRoutes } from "./usage.ts";
import { userRoutes } from "./users.ts";
import { chatCompletionRoutes } from "./v1/chat-completions.ts";
import { embeddingRoutes } from "./v1/embeddings.ts";
import { modelRoutes } from "./v1/models.ts";

/** Every route of the gateway. */
export const ROUTES = [
  healthRoutes,
  metricsRoutes,
  statusRoutes,
  agentRoutes,
  agentRunRoutes,
  alertRoutes,
  moduleRoutes,
  loopRoutes,
  defaultMemoryRoutes,
  memoryRoutes,
  conversationRoutes,
  conversationStopRoutes,
  chatCompletionRoutes,
  modelRoutes,
  embeddingRoutes,
  providerRoutes,
  orchestraRoutes,
  redbloodRoutes,
  eventRoutes,
  loginRoutes,
  passwordRoutes,
  sessionRoutes,
  keyRoutes,
  meRoutes,
  adminRoutes,
  userRoutes,
  usageRoutes,
  budgetRoutes,
  auditRoutes,
  historyRoutes,
  coreHistoryRoutes,
  backupRoutes,
  legacyLoginRoutes,
  resetPageRoutes,
  docsRoutes,
];
