import type { Msg, MsgHdrs, NatsConnection } from "nats";
import { nuid } from "nats";
import { responderOf, inboxOf, isInbox } from "@vega/contracts";

/** Outcome of a request. */
export type Reply =
  | { readonly kind: "message"; readonly message: Msg }
  | { readonly kind: "no_responders" }
  | { readonly kind: "timeout" };

/** https://docs.nats.io/nats-concepts/core-nats/reqreply */
const NO_RESPONDERS = 503;

/**
 * Replies to all requests of a connection, by one subscription. The client's own inbox creates an error with a stack trace
 * and several promises per request, which costs more than half of the request itself.
 */
export interface Inbox {
  exchange(
    subject: string,
    payload: string | Uint8Array,
    headers: MsgHdrs,
    timeoutMs: number,
  ): Promise<Reply>;
}

/**
 * Whether a message was published by a user with the permission for its subject. All messages of the services name an
 * inbox, also those that expect no reply. The server's permissions do not cover subjects that a user has JetStream
 * deliver to, with a stored payload and headers; but JetStream does not store the reply subject.
 */
export const isFromSender = ({ reply = "" }: Pick<Msg, "reply">): boolean => isInbox(reply);

/** A unique reply subject. @param responder the user that may publish there */
export function newInbox(bus: { readonly name: string }, responder: string): string {
  return `${inboxOf(bus.name, responder)}.${nuid.next()}`;
}

/** @param caller name in the reply subjects; only its user may read them */
export function openInbox(nats: NatsConnection, caller: string): Inbox {
  const id = nuid.next();
  const waiting = new Map<string, { resolve: (reply: Reply) => void; timer: NodeJS.Timeout }>();
  let next = 0;

  const settle = (token: string, reply: Reply) => {
    const pending = waiting.get(token);
    if (!pending) return;
    waiting.delete(token);
    clearTimeout(pending.timer);
    pending.resolve(reply);
  };
  nats.subscribe(`${inboxOf(caller, "*")}.${id}.*`, {
    callback: (error, message) => {
      if (error) return;
      const isUnserved = message.data.length === 0 && message.headers?.code === NO_RESPONDERS;
      const token = message.subject.slice(message.subject.lastIndexOf(".") + 1);
      settle(token, isUnserved ? { kind: "no_responders" } : { kind: "message", message });
    },
  });

  void nats.closed().then(() => {
    for (const token of waiting.keys()) settle(token, { kind: "timeout" });
  });

  return {
    exchange(subject, payload, headers, timeoutMs) {
      const token = (next += 1).toString(36);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(token, { kind: "timeout" }), timeoutMs);
        waiting.set(token, { resolve, timer });
        try {
          const reply = `${inboxOf(caller, responderOf(subject))}.${id}.${token}`;
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
