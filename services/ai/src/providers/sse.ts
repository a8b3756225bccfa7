import { createParser } from "eventsource-parser";
import { ModelError } from "../models/language-model.ts";

/** Longest line or event of a stream, in characters: a delta may carry an image. */
const MAX_EVENT = 16 * 1024 * 1024;

export interface SseEvent {
  /** The field `event`. */
  readonly name: string | undefined;
  /** Without blanks at its ends; never empty. */
  readonly data: string;
}

/** Parses a stream of server-sent events. Both methods throw ModelError `broken_stream`. */
export interface SseParser {
  /** @returns each event that is complete */
  push(bytes: Uint8Array): SseEvent[];
  /** The last event, also without its blank line: some servers omit it. */
  end(): SseEvent[];
}

export function createSseParser(limit = MAX_EVENT): SseParser {
  // The parser strips the byte order mark.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let events: SseEvent[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: limit,
    onEvent({ event: name, data: text }) {
      const data = text.trim();
      // A keep-alive. https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
      if (data !== "") events.push({ name, data });
    },
    // Unknown fields are ignored, as the specification demands.
    onError: ({ type }) => (isTooLong ||= type === "max-buffer-size-exceeded"),
  });

  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new ModelError("broken_stream", "the provider's stream is not valid UTF-8", { cause });
    }
  };
  const feed = (text: string): SseEvent[] => {
    parser.feed(text);
    if (isTooLong) {
      const message = `the provider sent an event of more than ${limit} characters`;
      throw new ModelError("broken_stream", message);
    }
    const complete = events;
    events = [];
    return complete;
  };
  return {
    push: (bytes) => feed(decode(bytes)),
    end: () => feed(`${decode()}\n\n`),
  };
}
