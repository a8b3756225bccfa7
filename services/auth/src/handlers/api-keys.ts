import { apiKeys as apiKeysContract } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import * as apiKeys from "../api-keys.ts";
import type { Auth } from "../auth.ts";

export const apiKeyEndpoints = (auth: Auth): Endpoint[] => [
  endpoint(apiKeysContract.requests.create, (input, call) => apiKeys.create(auth, input, call)),
  endpoint(apiKeysContract.requests.list, (input, call) => apiKeys.list(auth, input, call)),
  endpoint(apiKeysContract.requests.revoke, (input, call) => apiKeys.revoke(auth, input, call)),
  endpoint(apiKeysContract.requests.verify, (input, call) => apiKeys.verify(auth, input, call)),
];
