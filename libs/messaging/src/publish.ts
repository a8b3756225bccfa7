import type { MsgRequest } from "nats";
import type { Bus } from "./connect.ts";
import { apiErrorCode } from "./streams.ts";

const WRONG_LAST_SEQUENCE = 10_071;

export interface Publication {
  readonly subject: string;
  readonly payload: string;
  /** Becomes `Nats-Msg-Id`: the stream drops a second message with the same id. */
  readonly id: string;
  /** Fence: sequence of the last message with this subject, 0 for none. */
  readonly lastSubjectSequence: number;
}

export type Published =
  | { readonly outcome: "stored"; readonly streamSequence: number; readonly duplicate: boolean }
  /** Another publisher was first. */
  | { readonly outcome: "fenced" };

/** Publishes to JetStream behind a fence. Throws without an acknowledgement: the outcome is unknown then. */
export async function publishFenced(bus: Bus, publication: Publication): Promise<Published> {
  try {
    const ack = await bus.jetstream().publish(publication.subject, publication.payload, {
      msgID: publication.id,
      expect: { lastSubjectSequence: publication.lastSubjectSequence },
    });
    return { outcome: "stored", streamSequence: ack.seq, duplicate: ack.duplicate };
  } catch (error) {
    if (apiErrorCode(error) === WRONG_LAST_SEQUENCE) return { outcome: "fenced" };
    throw error;
  }
}

const NOTHING = new Set([10_037 /* no message */, 10_059 /* no stream */]);

export interface StoredMessage {
  readonly streamSequence: number;
  readonly text: string;
}

/** The first message of a subject (wildcards allowed) at or after a sequence of a stream, or undefined. */
export const messageFrom = (bus: Bus, stream: string, sequence: number, subject: string) =>
  // In nats-server since 2.9, but not in the client's types.
  storedMessage(bus, stream, { seq: sequence, next_by_subj: subject } as MsgRequest);

/** The newest message of a subject (wildcards allowed) in a stream, or undefined. */
export const lastMessage = (bus: Bus, stream: string, subject: string) =>
  storedMessage(bus, stream, { last_by_subj: subject });

async function storedMessage(
  bus: Bus,
  stream: string,
  query: MsgRequest,
): Promise<StoredMessage | undefined> {
  const manager = await bus.manager();
  try {
    // nats-server before 2.9.15 (Debian 12 has 2.9.10) crashes on a request for a message of a stream whose storage is
    // still being created.
    const { state } = await manager.streams.info(stream);
    if (state.messages === 0) return undefined;
    const message = await manager.streams.getMessage(stream, query);
    return { streamSequence: message.seq, text: message.string() };
  } catch (error) {
    if (NOTHING.has(apiErrorCode(error) ?? 0)) return undefined;
    throw error;
  }
}

/** Deletes a message of a stream and overwrites its bytes on disk. Consumers skip it. */
export async function eraseMessage(bus: Bus, stream: string, sequence: number): Promise<void> {
  const manager = await bus.manager();
  await manager.streams.deleteMessage(stream, sequence, true);
}
