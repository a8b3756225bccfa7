import type { Msg, MsgHdrs, NatsConnection } from "nats";
import { nuid } from "nats";
import { responderOf, inboxOf, isInbox } from "@vega/contracts";

/** What came of a question. */
export type Reply =
  | { readonly kind: "message"; readonly message: Msg }
  | { readonly kind: "no_responders" }
  | { readonly kind: "timeout" };

/** https://docs.nats.io/nats-concepts/core-nats/reqreply */
const NO_RESPONDERS = 503;

/**
 * Answers to all questions of a connection, by one subscription. The client has the same, but makes an error with a
 * trace and several promises for each question, which is more than half as much again as the question itself.
 */
export interface Inbox {
  ask(subject: string, payload: string, headers: MsgHdrs, timeoutMs: number): Promise<Reply>;
}

/**
 * Whether a message was sent where it is heard, by a user who may: all of ours name an inbox, also where no answer is
 * wanted. The server bounds what a user publishes, not where it has JetStream send something: to any subject, with what
 * it may have stored before, headers and all. But what JetStream sends names no inbox, for that is not stored.
 */
export const isFromSender = ({ reply = "" }: Pick<Msg, "reply">): boolean => isInbox(reply);

/** A subject for answers that nobody else can guess. @param answerer who may answer there */
export function newInbox(bus: { readonly name: string }, answerer: string): string {
  return `${inboxOf(bus.name, answerer)}.${nuid.next()}`;
}

/** @param asker whose name the subjects of answers have; only its user may read them */
export function openInbox(nats: NatsConnection, asker: string): Inbox {
  const id = nuid.next();
  const waiting = new Map<string, { resolve: (reply: Reply) => void; timer: NodeJS.Timeout }>();
  let next = 0;

  const settle = (token: string, reply: Reply) => {
    const asked = waiting.get(token);
    if (!asked) return;
    waiting.delete(token);
    clearTimeout(asked.timer);
    asked.resolve(reply);
  };
  nats.subscribe(`${inboxOf(asker, "*")}.${id}.*`, {
    callback: (error, message) => {
      if (error) return;
      const nobody = message.data.length === 0 && message.headers?.code === NO_RESPONDERS;
      const token = message.subject.slice(message.subject.lastIndexOf(".") + 1);
      settle(token, nobody ? { kind: "no_responders" } : { kind: "message", message });
    },
  });

  void nats.closed().then(() => {
    for (const token of waiting.keys()) settle(token, { kind: "timeout" });
  });

  return {
    ask(subject, payload, headers, timeoutMs) {
      const token = (next += 1).toString(36);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(token, { kind: "timeout" }), timeoutMs);
        waiting.set(token, { resolve, timer });
        try {
          const reply = `${inboxOf(asker, responderOf(subject))}.${id}.${token}`;
          nats.publish(subject, payload, { reply, headers });
        } catch (error) {
          waiting.delete(token);
          clearTimeout(timer);
          reject(error);
        }
      });
    },
  };
}
