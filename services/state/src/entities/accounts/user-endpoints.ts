import { VegaError, users as usersContract } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import * as users from "./users.ts";
import * as reading from "./read.ts";

export function userEndpoints({ store, writer }: App): Endpoint[] {
  return [
    endpoint(usersContract.requests.find, async (by) => {
      const { sequence } = writer.head();
      return { sequence, user: await reading.findUser(store, by) };
    }),
    endpoint(usersContract.requests.listDocuments, async ({ after, limit }) => {
      const { sequence } = writer.head();
      const found = await store.query("users", {});
      const page = found.filter(({ id }) => after == null || id > after).slice(0, limit);
      return { sequence, users: page.map(({ body }) => body) };
    }),
    endpoint(usersContract.requests.createDocument, async (input, { context, deadline }) => {
      const link = input.invite == null ? null : await reading.readToken(store, input.invite);
      const command = users.createUser(input, link?.issued_by?.user_id);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, user: result };
    }),
    endpoint(usersContract.requests.changeDocument, async (input, { context, deadline }) => {
      const command = users.changeUser(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, user: result };
    }),
    endpoint(
      usersContract.requests.resetPassword,
      async ({ token, password_hash }, { context, deadline }) => {
        // The accounts a link names never change; whether it is still valid is decided at the head of the log.
        const link = await reading.readToken(store, token);
        if (link?.user_id == null) throw new VegaError("not_found", users.NO_LINK);
        const issuer = link.issued_by?.user_id;
        const command = users.resetPassword(token, link.user_id, password_hash, issuer);
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, user: result };
      },
    ),
  ];
}
