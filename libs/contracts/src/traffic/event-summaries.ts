import type { LOG_EVENTS } from "../state/events.ts";

/** What happened, in a line for each event, for who reads them from outside. */
export const EVENT_SUMMARIES: Readonly<Record<(typeof LOG_EVENTS)[number]["type"], string>> = {
  "vega.crystal.created.v1": "The system state was made: the first entry of every log",
  "vega.crystal.imported.v1": "A time_crystal.json was taken over; what it left out is `removed`",
  "vega.crystal.restored.v1":
    "Parts of the state were put back to what they were at an earlier entry",
  "vega.loop.iterated.v1":
    "An iteration of the Infinity Loop, with the tick and the cores' power after it",
  "vega.loop.started.v1": "The loop was started",
  "vega.loop.stopped.v1": "The loop was stopped",
  "vega.agent.changed.v1":
    "An agent has another state or other values; with `run` it is about a run of it",
  "vega.module.changed.v1": "A module was turned on or off",
  "vega.memory.changed.v1": "A value of memory was written",
  "vega.memory.deleted.v1": "A value of memory was deleted, or has expired",
  "vega.memory.configured.v1":
    "A namespace of memory got a JSON Schema for its values, or lost it (null)",
  "vega.user.registered.v1": "An account was made",
  "vega.user.changed.v1":
    "An account has another role, password or address, or was disabled or enabled",
  "vega.user.erased.v1": "An account and everything about it was erased",
  "vega.session.started.v1": "Somebody logged in",
  "vega.session.refreshed.v1": "A session has a new refresh token",
  "vega.session.ended.v1": "A session ended; its tokens are good for nothing from now on",
  "vega.api_key.created.v1": "An API key was made",
  "vega.api_key.revoked.v1": "An API key was taken back",
  "vega.one_time_token.issued.v1": "An invitation or a link for a new password was made",
  "vega.one_time_token.expired.v1": "An invitation or a link for a new password went unused",
  "vega.preferences.changed.v1": "Somebody changed their preferences",
  "vega.signing_key.added.v1": "Tokens are signed with a new key from now on",
  "vega.login.failed.v1": "Logins failed, `count` of them",
  "vega.access.denied.v1": "Requests to a route were refused, `count` of them",
  "vega.admin.read.v1": "An administrator read what is others'",
  "vega.conversation.created.v1": "A conversation was begun, or forked from another one",
  "vega.conversation.renamed.v1": "A conversation has another title",
  "vega.conversation.summarized.v1": "The beginning of a conversation has a summary for models",
  "vega.conversation.deleted.v1": "A conversation was deleted",
  "vega.message.started.v1": "A model began an answer",
  "vega.message.appended.v1": "A message was added to a conversation",
  "vega.message.progressed.v1": "More of an answer is stored",
  "vega.message.completed.v1": "An answer ended, whole or cut off, with what it took",
  "vega.budget.changed.v1": "A budget was set",
  "vega.budget.removed.v1": "A budget was removed",
  "vega.usage.reserved.v1": "What an answer may take at the most was reserved",
  "vega.usage.settled.v1": "What an answer took was counted, and the reservation ended",
  "vega.agent.defined.v1": "It was said what an agent is to do",
  "vega.agent_run.renewed.v1": "A run that takes long goes on",
  "vega.agent_run.ended.v1": "A run ended whose agent was taken away meanwhile",
  "vega.alert.raised.v1": "Something needs an operator",
  "vega.log.thinned.v1": "Old entries were taken out of the log; `gaps` says which",
  "vega.error.seen.v1": "A service met errors of a kind, `count` of them",
};
