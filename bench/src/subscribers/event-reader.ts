/** The stream of one subscriber. */
export interface EventReader {
  /** Takes the next chunk, headers first. Throws Error for a response that is not an event stream. */
  read(text: string): void;
}

const HEAD_END = "\r\n\r\n";
const BLOCK_END = "\n\n";

/**
 * A minimal reader of an event stream, because thousands of them share a core: `id` is the first field, `data` is one
 * line, and blocks without data (a heartbeat, `retry`) are not events.
 * @param onEvent called with the sequence and the block of each event
 */
export function eventReader(
  onEvent: (sequence: number, block: string) => void,
  onRetry: (ms: number) => void,
): EventReader {
  let rest = "";
  let inHead = true;
  return {
    read(chunk) {
      let text = rest === "" ? chunk : rest + chunk;
      if (inHead) {
        const end = text.indexOf(HEAD_END);
        if (end === -1) {
          rest = text;
          return;
        }
        if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`status ${text.slice(9, 12)}`);
        inHead = false;
        text = text.slice(end + HEAD_END.length);
      }
      let from = 0;
      for (let end = text.indexOf(BLOCK_END); end !== -1; end = text.indexOf(BLOCK_END, from)) {
        if (text.startsWith("id: ", from)) {
          onEvent(Number.parseInt(text.slice(from + 4, from + 20), 10), text.slice(from, end));
        } else if (text.startsWith("retry: ", from)) {
          onRetry(Number.parseInt(text.slice(from + 7, end), 10));
        }
        from = end + BLOCK_END.length;
      }
      rest = text.slice(from);
    },
  };
}

/** Checks the order in which subscribers receive events, also against other subscribers. */
export interface EventOrder {
  /**
   * @param last the sequence that the subscriber received before, or the start of its stream
   * @returns the error, or undefined
   */
  check(last: number, sequence: number): string | undefined;
}

/** A sequence that no subscriber receives (its audience is another account) is not a gap; one that some receive is for all. */
export function createEventOrder(): EventOrder {
  /** The successor of each received sequence. */
  const after = new Map<number, number>();
  return {
    check(last, sequence) {
      if (sequence <= last) return `${sequence} came after ${last}`;
      const known = after.get(last);
      if (known === undefined) after.set(last, sequence);
      else if (known !== sequence) return `${sequence} came after ${last}, for others ${known}`;
      return undefined;
    },
  };
}
