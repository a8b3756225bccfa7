/* Every group of endpoints that state serves. A new entity adds its line. */
export { backupEndpoints } from "./backup/endpoints.ts";
export { accountEndpoints } from "./entities/accounts/endpoints.ts";
export { agentDefinitionEndpoints } from "./entities/agents/definition-endpoints.ts";
export { agentEndpoints } from "./entities/agents/endpoints.ts";
export { agentRunEndpoints } from "./entities/agents/run-endpoints.ts";
export { alertEndpoints } from "./entities/alerts/endpoints.ts";
export { auditEndpoints } from "./entities/audit/endpoints.ts";
export { conversationEndpoints } from "./entities/conversations/endpoints.ts";
export { crystalEndpoints } from "./entities/crystal/endpoints.ts";
export { errorEndpoints } from "./entities/errors/endpoints.ts";
export { loopEndpoints } from "./entities/loop/endpoints.ts";
export { memoryEndpoints } from "./entities/memory/endpoints.ts";
export { moduleEndpoints } from "./entities/modules/endpoints.ts";
export { usageEndpoints } from "./entities/usage/endpoints.ts";
export { historyEndpoints } from "./history/endpoints.ts";
export { logEndpoints } from "./log/endpoints.ts";
