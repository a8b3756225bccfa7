/** An event of a stream. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export interface SseEvent {
  /** "" where the stream does not name it. */
  readonly event: string;
  readonly data: string;
}

/** No provider sends events of this size; characters. */
const MAX_EVENT = 16 * 1024 * 1024;

/**
 * Takes a stream of bytes apart as it comes.
 * `push` and `end` throw TypeError for what is no UTF-8, RangeError for an event without end.
 */
export interface SseParser {
  push(bytes: Uint8Array): SseEvent[];
  /** What was left without its blank line: some servers forget the last one. */
  end(): SseEvent[];
}

export function createSseParser(): SseParser {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let event = "";
  let data: string | undefined;

  const takeLine = (line: string, events: SseEvent[]): void => {
    if (line === "") {
      if (data !== undefined) events.push({ event, data });
      event = "";
      data = undefined;
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "data") data = data === undefined ? value : `${data}\n${value}`;
    else if (field === "event") event = value;
  };

  const takeLines = (text: string, ended: boolean): SseEvent[] => {
    const events: SseEvent[] = [];
    rest += text;
    // A carriage return at the end may be half of a line's end.
    const held = !ended && rest.endsWith("\r");
    const lines = (held ? rest.slice(0, -1) : rest).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? "") + (held ? "\r" : "");
    for (const line of lines) takeLine(line, events);
    if (rest.length + (data?.length ?? 0) > MAX_EVENT) throw new RangeError("an event has no end");
    return events;
  };

  return {
    push: (bytes) => takeLines(decoder.decode(bytes, { stream: true }), false),
    end() {
      const events = takeLines(decoder.decode(), true);
      if (rest !== "") takeLine(rest, events);
      takeLine("", events);
      return events;
    },
  };
}
