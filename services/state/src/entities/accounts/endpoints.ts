import type { Endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { apiKeyEndpoints } from "./api-key-endpoints.ts";
import { wholeAccountEndpoints } from "./erasure-endpoints.ts";
import { preferencesEndpoints } from "./preferences-endpoints.ts";
import { sessionEndpoints } from "./session-endpoints.ts";
import { signingKeyEndpoints } from "./signing-key-endpoints.ts";
import { userEndpoints } from "./user-endpoints.ts";

/** What auth asks of accounts. */
export function accountEndpoints(app: StateContext): Endpoint[] {
  return [
    ...userEndpoints(app),
    ...wholeAccountEndpoints(app),
    ...sessionEndpoints(app),
    ...apiKeyEndpoints(app),
    ...preferencesEndpoints(app),
    ...signingKeyEndpoints(app),
  ];
}
