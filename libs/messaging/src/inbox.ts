import type { Msg, MsgHdrs, NatsConnection } from "nats";
import { createInbox } from "nats";

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

export function openInbox(nats: NatsConnection): Inbox {
  const prefix = `${createInbox()}.`;
  const waiting = new Map<string, { resolve: (reply: Reply) => void; timer: NodeJS.Timeout }>();
  let next = 0;

  const settle = (token: string, reply: Reply) => {
    const asked = waiting.get(token);
    if (!asked) return;
    waiting.delete(token);
    clearTimeout(asked.timer);
    asked.resolve(reply);
  };
  nats.subscribe(`${prefix}*`, {
    callback: (error, message) => {
      if (error) return;
      const nobody = message.data.length === 0 && message.headers?.code === NO_RESPONDERS;
      const token = message.subject.slice(prefix.length);
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
          nats.publish(subject, payload, { reply: prefix + token, headers });
        } catch (error) {
          waiting.delete(token);
          clearTimeout(timer);
          reject(error);
        }
      });
    },
  };
}
