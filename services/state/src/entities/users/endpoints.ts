import { VegaError, users } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { NO_LINK, decideChangeUser, decideCreateUser, decideResetPassword } from "./commands.ts";
import { findUser, readToken } from "./read.ts";

export function userEndpoints({ store, writer }: StateContext): Endpoint[] {
  return [
    endpoint(users.requests.find, async (by) => {
      const { sequence } = writer.head();
      return { sequence, user: await findUser(store, by) };
    }),
    endpoint(users.requests.listDocuments, async ({ after, limit }) => {
      const { sequence } = writer.head();
      const found = await store.query("users", {});
      const page = found.filter(({ id }) => after == null || id > after).slice(0, limit);
      return { sequence, users: page.map(({ body }) => body) };
    }),
    endpoint(users.requests.createDocument, async (input, { context, deadline }) => {
      const link = input.invite == null ? null : await readToken(store, input.invite);
      const command = decideCreateUser(input, link?.issued_by?.user_id);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, user: result };
    }),
    endpoint(users.requests.changeDocument, async (input, { context, deadline }) => {
      const command = decideChangeUser(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, user: result };
    }),
    endpoint(
      users.requests.resetPassword,
      async ({ token, password_hash }, { context, deadline }) => {
        // The accounts a link names never change; whether it is still valid is decided at the head of the log.
        const link = await readToken(store, token);
        if (link?.user_id == null) throw new VegaError("not_found", NO_LINK);
        const issuer = link.issued_by?.user_id;
        const command = decideResetPassword(token, link.user_id, password_hash, issuer);
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, user: result };
      },
    ),
  ];
}
