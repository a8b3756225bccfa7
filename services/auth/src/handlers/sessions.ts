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
import * as sessions from "../sessions.ts";

export const sessionEndpoints = (auth: Auth): Endpoint[] => [
  endpoint(logIn, (input, call) => sessions.startSession(auth, input, call)),
  endpoint(refreshSession, (input, call) => sessions.refresh(auth, input, call)),
  endpoint(endSessionOfToken, (input, call) => sessions.endOfToken(auth, input, call)),
  endpoint(endOwnSessions, (input, call) => sessions.endOwn(auth, input, call)),
  endpoint(listSessions, (input, call) => sessions.list(auth, input, call)),
  endpoint(getJwks, () => auth.keys.publicKeys()),
];
