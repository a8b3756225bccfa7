import { sessions, users } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideSweepExpired } from "../users/expiry.ts";
import { decideEndSessions, decideOpenSession, decideRotateSession, isOver } from "./commands.ts";
import { sweepExpiredRuns } from "../agent-runs/endpoints.ts";
import { sweepExpiredMessages } from "../messages/sweep.ts";
import { sweepExpiredGenerations } from "../whitepaper-generations/endpoints.ts";
import { finishErasures } from "../users/erasure-endpoints.ts";
import { readSessions } from "../users/read.ts";

/** Documents of each kind that one sweep takes at most. */
const SWEEP = 200;

export function sessionEndpoints(app: StateContext): Endpoint[] {
  const { store, writer, now } = app;
  const expired = async (collection: "sessions" | "api_keys", expiresUntil: string) =>
    (await store.query(collection, { expiresUntil, limit: SWEEP })).map(
      ({ body: { user_id, id } }) => ({ user_id, id }),
    );
  const expiredTokens = async (expiresUntil: string) =>
    (await store.query("one_time_tokens", { expiresUntil, limit: SWEEP })).map(
      ({ id, body: { user_id } }) => ({ user_id, id }),
    );
  return [
    endpoint(sessions.requests.open, async (input, { context, deadline }) => {
      const command = decideOpenSession(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, session: result };
    }),
    endpoint(sessions.requests.rotate, async (input, { context, deadline }) => {
      const command = decideRotateSession(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, outcome: result };
    }),
    endpoint(sessions.requests.endDocuments, async (input, { context, deadline }) => {
      const command = decideEndSessions(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ended: result.ended };
    }),
    endpoint(sessions.requests.listDocuments, async ({ user_id }) => {
      const { sequence } = writer.head();
      const all = await readSessions(store, user_id);
      const at = now();
      return { sequence, sessions: all.filter((session) => !isOver(session, at)) };
    }),
    endpoint(users.requests.sweepExpired, async (_, { context, deadline }) => {
      const at = now();
      const [ended, revoked, tokens] = await Promise.all([
        expired("sessions", at),
        expired("api_keys", at),
        expiredTokens(at),
      ]);
      const command = decideSweepExpired({ sessions: ended, apiKeys: revoked, tokens });
      const { result, sequence } = await writer.submit(command, context, deadline);
      await finishErasures(app, context, deadline);
      // The loop may have been stopped, and its ticks with it.
      await sweepExpiredMessages(app, context);
      await sweepExpiredRuns(app, context);
      await sweepExpiredGenerations(app, context);
      return { sequence, removed: result.removed };
    }),
  ];
}
