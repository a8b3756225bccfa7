import { applyAgents } from "@vega/contracts/agents/apply";
import { applyAlerts } from "@vega/contracts/alerts/apply";
import { applyConversations } from "@vega/contracts/conversations/apply";
import { applyCores } from "@vega/contracts/crystal/apply";
import { applyLoop } from "@vega/contracts/loop/apply";
import { applyModules } from "@vega/contracts/modules/apply";
import { createSlice } from "./slice.ts";

/* The parts of the state that several pages show. */

export const loopSlice = createSlice({
  path: "/api/infinity-loop",
  apply: applyLoop,
  looksBack: false,
});
export const coresSlice = createSlice({ path: "/api/cores", apply: applyCores, looksBack: true });
export const agentsSlice = createSlice({
  path: "/api/agents",
  apply: applyAgents,
  looksBack: true,
});
export const modulesSlice = createSlice({
  path: "/api/modules",
  apply: applyModules,
  looksBack: true,
});
export const alertsSlice = createSlice({
  path: "/api/alerts?limit=50",
  apply: applyAlerts,
  looksBack: false,
});
export const conversationsSlice = createSlice({
  path: "/api/conversations?limit=100",
  apply: applyConversations,
  looksBack: false,
});
