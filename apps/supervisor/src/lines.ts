/** Cuts a stream of text into lines. */
export interface LineSplitter {
  /** The lines completed by this text. */
  push(text: string): string[];
  /** The rest at the end of the stream: one line or none. */
  end(): string[];
}

/** @param maxLength a longer line is cut, so that memory is bounded */
export function lineSplitter(maxLength = 1_000_000): LineSplitter {
  let partial = "";
  return {
    push(text) {
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      if (partial.length > maxLength) {
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
