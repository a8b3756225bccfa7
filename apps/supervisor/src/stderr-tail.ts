/** Remembers what a process complained about, to say why it ended. */
export interface LastWords {
  /** An error or fatal record of its log. */
  logged(text: string): void;
  /** A line of its stderr. */
  stderr(line: string): void;
  /** The likeliest reason; undefined when it said nothing. */
  reason(): string | undefined;
}

const KEPT_LINES = 50;

/** What was logged counts more than what Node or a library wrote to stderr. */
export function lastWords(): LastWords {
  let record: string | undefined;
  const lines: string[] = [];
  return {
    logged(text) {
      record = text;
    },
    stderr(line) {
      if (line.trim() === "") return;
      lines.push(line.trim());
      if (lines.length > KEPT_LINES) lines.shift();
    },
    reason() {
      // Of an uncaught error Node prints the source line, the error, its stack and at last its own version.
      const thrown = lines.findLast((line) => /^(\w+ )?\w*(Error|Exception)\b.*:/.test(line));
      return record ?? thrown ?? lines.findLast((line) => !/^Node\.js v|^at /.test(line));
    },
  };
}
