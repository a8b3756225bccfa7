import type { Endpoint } from "@vega/messaging";
import type { App } from "../../app/app.ts";
import { keyEndpoints } from "./api-keys.ts";
import { wholeAccountEndpoints } from "./erase.ts";
import { preferencesEndpoints } from "./preferences.ts";
import { sessionEndpoints } from "./sessions.ts";
import { signingKeyEndpoints } from "./signing-keys.ts";
import { userEndpoints } from "./users.ts";

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
