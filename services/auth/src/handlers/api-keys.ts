import { apiKeys } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { create, list, revoke, verify } from "../api-keys.ts";
import type { Auth } from "../auth.ts";

export const apiKeyEndpoints = (auth: Auth): Endpoint[] => [
  endpoint(apiKeys.requests.create, (input, call) => create(auth, input, call)),
  endpoint(apiKeys.requests.list, (input, call) => list(auth, input, call)),
  endpoint(apiKeys.requests.revoke, (input, call) => revoke(auth, input, call)),
  endpoint(apiKeys.requests.verify, (input, call) => verify(auth, input, call)),
];
