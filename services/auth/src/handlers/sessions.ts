import {
  endOwnSessions,
  endSessionOfToken,
  getJwks,
  listSessions,
  logIn,
  refreshSession,
} from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { Auth } from "../auth.ts";
import type { AuthMetrics } from "../metrics.ts";
import * as sessions from "../sessions.ts";

export const sessionEndpoints = (auth: Auth, counted: AuthMetrics): Endpoint[] => [
  endpoint(logIn, (input, call) => counted.login(sessions.startSession(auth, input, call))),
  endpoint(refreshSession, (input, call) => counted.refresh(sessions.refresh(auth, input, call))),
  endpoint(endSessionOfToken, (input, call) => sessions.endOfToken(auth, input, call)),
  endpoint(endOwnSessions, (input, call) => sessions.endOwn(auth, input, call)),
  endpoint(listSessions, (input, call) => sessions.list(auth, input, call)),
  endpoint(getJwks, () => auth.keys.publicKeys()),
];
