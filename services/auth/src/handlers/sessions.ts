import { sessions as sessionsContract, signingKeys } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { Auth } from "../auth.ts";
import type { AuthMetrics } from "../metrics.ts";
import * as sessions from "../sessions.ts";

export const sessionEndpoints = (auth: Auth, counted: AuthMetrics): Endpoint[] => [
  endpoint(sessionsContract.requests.logIn, (input, call) =>
    counted.login(sessions.startSession(auth, input, call)),
  ),
  endpoint(sessionsContract.requests.refresh, (input, call) =>
    counted.refresh(sessions.refresh(auth, input, call)),
  ),
  endpoint(sessionsContract.requests.endOfToken, (input, call) =>
    sessions.endOfToken(auth, input, call),
  ),
  endpoint(sessionsContract.requests.end, (input, call) => sessions.endOwn(auth, input, call)),
  endpoint(sessionsContract.requests.list, (input, call) => sessions.list(auth, input, call)),
  endpoint(signingKeys.requests.jwks, () => auth.keys.publicKeys()),
];
