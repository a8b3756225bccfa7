import type { RequestInput, RequestOutput } from "@vega/contracts";
import { VegaError, usernameKey, users } from "@vega/contracts";
import type { RequestMeta } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import { addressKey } from "./address.ts";
import type { Auth } from "./auth.ts";
import { actingAs, publicUser } from "./auth.ts";
import { admitAddress, ownerOf } from "./credentials.ts";
import { hashOf, readInvite } from "./tokens.ts";

type OfUser = { readonly user_id: string };

export async function registerSelf(
  auth: Auth,
  { username, password, email, invite }: RequestInput<typeof users.requests.register>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.register>> {
  const { registration } = auth.config;
  if (registration === "closed") throw new VegaError("forbidden", "registration is closed");
  if (registration === "invite" && !invite) {
    throw new VegaError("forbidden", "registration requires an invitation");
  }
  const attempt = admitAddress(auth, auth.throttles.links, "register", call);
  const secret = invite ? readInvite(invite) : undefined;
  if (invite && !secret) throw new VegaError("not_found", "invitation not found");
  const id = randomUUID();
  try {
    const password_hash = await auth.passwords.hash(password, username, call.deadline);
    const { sequence, user } = await auth.store.request(
      users.requests.createDocument,
      {
        user: { id, username, email: email ?? null, password_hash, role: "user" },
        by: secret ? "invite" : "self",
        invite: secret ? hashOf(secret) : null,
      },
      actingAs(call.context, id),
    );
    const address = addressKey(call.context.actor.address);
    auth.throttles.passwords.trust(usernameKey(user.username), address);
    return { sequence, user: publicUser(user) };
  } catch (error) {
    // An attempt counts where it created an account or revealed whether a name or an invitation exists.
    const isRevealing =
      error instanceof VegaError && (error.code === "conflict" || error.code === "not_found");
    if (!isRevealing) attempt.undone();
    throw error;
  }
}

/** Creates an account for an administrator. */
export async function create(
  { store, passwords }: Auth,
  { username, password, email, role = "user" }: RequestInput<typeof users.requests.create>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.create>> {
  const password_hash = password ? await passwords.hash(password, username, call.deadline) : null;
  const { sequence, user } = await store.request(
    users.requests.createDocument,
    {
      user: { id: randomUUID(), username, email: email ?? null, password_hash, role },
      by: "admin",
    },
    call.context,
  );
  return { sequence, user: publicUser(user) };
}

export async function get({ store }: Auth, { user_id }: OfUser, call: RequestMeta) {
  const { sequence, user } = await store.request(
    users.requests.find,
    { id: user_id },
    call.context,
  );
  if (!user) throw new VegaError("not_found", "account not found");
  return { sequence, user: publicUser(user) };
}

export async function list(
  { store }: Auth,
  { after, limit = 100 }: RequestInput<typeof users.requests.list>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.list>> {
  const input = { after: after ?? null, limit };
  const { sequence, users: page } = await store.request(
    users.requests.listDocuments,
    input,
    call.context,
  );
  const next_after = page.length < limit ? null : (page.at(-1)?.id ?? null);
  return { sequence, users: page.map(publicUser), next_after };
}

export async function change(
  { store }: Auth,
  { user_id, ...changes }: RequestInput<typeof users.requests.change>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.change>> {
  const input = { id: user_id, ...changes };
  const { sequence, user } = await store.request(
    users.requests.changeDocument,
    input,
    call.context,
  );
  return { sequence, user: publicUser(user) };
}

export async function changeOwnPassword(
  auth: Auth,
  input: RequestInput<typeof users.requests.changePassword>,
  call: RequestMeta,
): Promise<{ sequence: number }> {
  const user = await ownerOf(auth, input.user_id, input.current_password, call);
  const { username, password_changed_at } = user;
  const password_hash = await auth.passwords.hash(input.new_password, username, call.deadline);
  const { sequence } = await auth.store.request(
    users.requests.changeDocument,
    {
      id: user.id,
      password_hash,
      if_password_of: password_changed_at,
      keep_session: input.session_id,
    },
    call.context,
  );
  return { sequence };
}

export async function deleteOwn(
  auth: Auth,
  { user_id, password }: RequestInput<typeof users.requests.deleteOwn>,
  call: RequestMeta,
): Promise<{ sequence: number }> {
  await ownerOf(auth, user_id, password, call);
  return erase(auth, { user_id }, call);
}

export async function erase({ store }: Auth, { user_id }: OfUser, call: RequestMeta) {
  const { sequence } = await store.request(
    users.requests.eraseDocument,
    { id: user_id },
    call.context,
  );
  return { sequence };
}

export async function exportData({ store }: Auth, { user_id }: OfUser, call: RequestMeta) {
  return store.request(users.requests.collect, { id: user_id }, call.context);
}
