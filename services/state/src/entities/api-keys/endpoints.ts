import { apiKeys, oneTimeTokens } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideCreateApiKey, decideRevokeApiKey } from "./commands.ts";
import { decideIssueOneTimeToken } from "../one-time-tokens/commands.ts";
import { isOver } from "../sessions/commands.ts";
import { readApiKey, readApiKeys, readUser } from "../users/read.ts";

/** API keys, and the tokens that are used once. */
export function apiKeyEndpoints({ store, writer, now }: StateContext): Endpoint[] {
  return [
    endpoint(apiKeys.requests.createDocument, async (input, { context, deadline }) => {
      const command = decideCreateApiKey(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, key: result };
    }),
    endpoint(
      apiKeys.requests.revokeDocument,
      async ({ user_id, key_id }, { context, deadline }) => {
        const command = decideRevokeApiKey(user_id, key_id);
        const { sequence } = await writer.submit(command, context, deadline);
        return { sequence };
      },
    ),
    endpoint(apiKeys.requests.listDocuments, async ({ user_id }) => {
      const { sequence } = writer.head();
      return { sequence, keys: await readApiKeys(store, user_id) };
    }),
    endpoint(apiKeys.requests.find, async ({ user_id, key_id }) => {
      const { sequence } = writer.head();
      const [key, user] = await Promise.all([
        readApiKey(store, user_id, key_id),
        readUser(store, user_id),
      ]);
      const good = key && user && !user.disabled && !isOver(key, now());
      return { sequence, found: good ? { key, user } : null };
    }),
    endpoint(oneTimeTokens.requests.issue, async (input, { context, deadline }) => {
      const command = decideIssueOneTimeToken(input);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
  ];
}
