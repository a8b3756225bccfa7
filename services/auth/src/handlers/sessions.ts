import { sessions, signingKeys } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { Auth } from "../auth.ts";
import type { AuthMetrics } from "../metrics.ts";
import { endOfToken, endOwn, list, refresh, startSession } from "../sessions.ts";

export const sessionEndpoints = (auth: Auth, counted: AuthMetrics): Endpoint[] => [
  endpoint(sessions.requests.logIn, (input, call) =>
    counted.login(startSession(auth, input, call)),
  ),
  endpoint(sessions.requests.refresh, (input, call) => counted.refresh(refresh(auth, input, call))),
  endpoint(sessions.requests.endOfToken, (input, call) => endOfToken(auth, input, call)),
  endpoint(sessions.requests.end, (input, call) => endOwn(auth, input, call)),
  endpoint(sessions.requests.list, (input, call) => list(auth, input, call)),
  endpoint(signingKeys.requests.jwks, () => auth.keys.publicKeys()),
];
