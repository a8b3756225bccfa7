import type { RequestInput, RequestOutput } from "@vega/contracts";
import { VegaError, apiKeys, isPermitted, publicApiKeySchema, users } from "@vega/contracts";
import type { RequestMeta } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { Auth } from "./auth.ts";
import { publicUser } from "./auth.ts";
import { hashOf, newSecret, readApiKey, sameHash, writeApiKey } from "./tokens.ts";

export async function create(
  { store, now }: Auth,
  { user_id, name, scopes, expires_at }: RequestInput<typeof apiKeys.requests.create>,
  call: RequestMeta,
): Promise<RequestOutput<typeof apiKeys.requests.create>> {
  if (expires_at && Date.parse(expires_at) <= now()) {
    const details = [{ path: "/expires_at", message: "must be in the future" }];
    throw new VegaError("invalid", "expires_at is in the past", details);
  }
  const { user } = await store.request(users.requests.find, { id: user_id }, call.context);
  if (!user) throw new VegaError("not_found", "account not found");
  const beyond = scopes.filter((scope) => !isPermitted(scope, user.role, null));
  if (beyond.length > 0) {
    throw new VegaError(
      "forbidden",
      `the role ${user.role} does not permit the scopes ${beyond.join(", ")}`,
    );
  }
  const secret = newSecret();
  const id = randomUUID();
  const { sequence, key } = await store.request(
    apiKeys.requests.createDocument,
    {
      key: {
        id,
        user_id,
        name,
        secret_hash: hashOf(secret),
        scopes: [...new Set(scopes)],
        expires_at: expires_at ?? null,
      },
    },
    call.context,
  );
  const text = writeApiKey({ userId: user_id, keyId: id, secret });
  return { sequence, key: publicApiKeySchema.parse(key), secret: text };
}

export async function list({ store }: Auth, input: { user_id: string }, call: RequestMeta) {
  const { sequence, keys } = await store.request(
    apiKeys.requests.listDocuments,
    input,
    call.context,
  );
  return { sequence, keys: keys.map((key) => publicApiKeySchema.parse(key)) };
}

export const revoke = (
  { store }: Auth,
  input: { user_id: string; key_id: string },
  call: RequestMeta,
) => store.request(apiKeys.requests.revokeDocument, input, call.context);

export async function verify(
  { store }: Auth,
  { secret }: RequestInput<typeof apiKeys.requests.verify>,
  call: RequestMeta,
): Promise<RequestOutput<typeof apiKeys.requests.verify>> {
  const token = readApiKey(secret);
  const { sequence, found } = token
    ? await store.request(
        apiKeys.requests.find,
        { user_id: token.userId, key_id: token.keyId },
        call.context,
      )
    : { sequence: 0, found: null };
  if (!token || !found || !sameHash(found.key.secret_hash, hashOf(token.secret))) {
    throw new VegaError("unauthorized", "invalid API key");
  }
  return { sequence, key: publicApiKeySchema.parse(found.key), user: publicUser(found.user) };
}
