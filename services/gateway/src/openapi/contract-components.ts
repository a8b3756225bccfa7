import {
  agentRunSchema,
  auditEntrySchema,
  backupSchema,
  errorGroupSchema,
  grantSchema,
  importReportSchema,
  orchestraSchema,
  publicApiKeySchema,
  publicJwkSchema,
  publicSessionSchema,
  publicUserSchema,
  compactedRangeSchema,
  tokenUsageSchema,
  usageRowSchema,
  usageTotalsSchema,
} from "@vega/contracts";
import { component } from "./components.ts";

/* Names in the OpenAPI document of schemas that routes take from the contracts. */

component("AgentRun", agentRunSchema);
component("ApiKey", publicApiKeySchema);
component("AuditEntry", auditEntrySchema);
component("Backup", backupSchema);
component("CompactedRange", compactedRangeSchema);
component("ErrorGroup", errorGroupSchema);
component("Grant", grantSchema);
component("ImportReport", importReportSchema);
component("Orchestra", orchestraSchema);
component("PublicJwk", publicJwkSchema);
component("Session", publicSessionSchema);
component("TokenUsage", tokenUsageSchema);
component("UsageRow", usageRowSchema);
component("UsageTotals", usageTotalsSchema);
component("User", publicUserSchema);
