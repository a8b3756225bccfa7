import type { Endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import { keyEndpoints } from "./api-key-endpoints.ts";
import { wholeAccountEndpoints } from "./erasure-endpoints.ts";
import { preferencesEndpoints } from "./preferences-endpoints.ts";
import { sessionEndpoints } from "./session-endpoints.ts";
import { signingKeyEndpoints } from "./signing-key-endpoints.ts";
import { userEndpoints } from "./user-endpoints.ts";

/** What auth asks of accounts. */
export function accountEndpoints(app: App): Endpoint[] {
  return [
    ...userEndpoints(app),
    ...wholeAccountEndpoints(app),
    ...sessionEndpoints(app),
    ...keyEndpoints(app),
    ...preferencesEndpoints(app),
    ...signingKeyEndpoints(app),
  ];
}
