/** Cuts a stream of text into lines. */
export interface LineSplitter {
  /** The lines that are whole now. */
  push(text: string): string[];
  /** What is left at the end of the stream: one line or none. */
  end(): string[];
}

/** @param longest characters after which an endless line is cut, so that memory is bounded. */
export function lineSplitter(longest = 1_000_000): LineSplitter {
  let partial = "";
  return {
    push(text) {
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      if (partial.length > longest) {
        lines.push(partial);
        partial = "";
      }
      return lines.map((line) => line.replace(/\r$/, ""));
    },
    end() {
      const left = partial === "" ? [] : [partial];
      partial = "";
      return left;
    },
  };
}
