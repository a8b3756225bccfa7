import { ACCOUNT_EVENTS } from "./accounts/events.ts";
import { agentDefined, agentRemoved, agentRunEnded, agentRunRenewed } from "./agents/events.ts";
import { alertRaised } from "./alerts.ts";
import { CONVERSATION_EVENTS } from "./conversations/events.ts";
import {
  agentChanged,
  crystalCreated,
  crystalImported,
  crystalRestored,
  loopIterated,
  loopStarted,
  loopStopped,
  moduleChanged,
} from "./crystal-events.ts";
import { errorSeen } from "./errors-seen.ts";
import { logThinned } from "./log-gaps.ts";
import { memoryChanged, memoryConfigured, memoryDeleted } from "./memory-events.ts";
import { USAGE_EVENTS } from "./usage/events.ts";

/** Every event of the log by its type. */
export const LOG_EVENTS = [
  crystalCreated,
  crystalImported,
  crystalRestored,
  loopIterated,
  loopStarted,
  loopStopped,
  agentChanged,
  moduleChanged,
  memoryChanged,
  memoryDeleted,
  memoryConfigured,
  ...ACCOUNT_EVENTS,
  ...CONVERSATION_EVENTS,
  ...USAGE_EVENTS,
  agentDefined,
  agentRemoved,
  agentRunRenewed,
  agentRunEnded,
  alertRaised,
  errorSeen,
  logThinned,
] as const;
