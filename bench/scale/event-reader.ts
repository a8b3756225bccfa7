/** What one subscriber is told. */
export interface EventReader {
  /** Takes bytes as they come, headers of the answer first. Throws Error for an answer that is no stream of events. */
  read(text: string): void;
}

const HEAD_END = "\r\n\r\n";
const BLOCK_END = "\n\n";

/**
 * The smallest reader of an event stream that will do, because thousands of them share a core: `id` stands first, `data`
 * is one line, and what has no data (a heartbeat, `retry`) is no event.
 * @param onEvent with the sequence and the type of each event, in their order
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
        if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`answered ${text.slice(9, 12)}`);
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

/** What is wrong with the order in which one subscriber is told of events, seen against what others were told. */
export interface Order {
  /**
   * @param last what the subscriber was told before, or where its stream began
   * @returns what is wrong, or undefined
   */
  check(last: number, sequence: number): string | undefined;
}

/** Sequences that nobody is told of (what concerns others only) are no gaps: what one was told, all have to be told. */
export function createOrder(): Order {
  /** What follows each sequence that somebody was told. */
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
