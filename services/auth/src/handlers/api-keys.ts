import { createApiKey, listApiKeys, revokeApiKey, verifyApiKey } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import * as apiKeys from "../api-keys.ts";
import type { Auth } from "../auth.ts";

export const apiKeyEndpoints = (auth: Auth): Endpoint[] => [
  endpoint(createApiKey, (input, call) => apiKeys.create(auth, input, call)),
  endpoint(listApiKeys, (input, call) => apiKeys.list(auth, input, call)),
  endpoint(revokeApiKey, (input, call) => apiKeys.revoke(auth, input, call)),
  endpoint(verifyApiKey, (input, call) => apiKeys.verify(auth, input, call)),
];
