/** Collects errors of a process, to name the reason of its exit. */
export interface StderrTail {
  /** An error or fatal record of its log. */
  logged(text: string): void;
  /** A line of its stderr. */
  stderr(line: string): void;
  /** The likeliest reason; undefined without any output. */
  reason(): string | undefined;
}

const MAX_LINES = 50;

/** A logged error takes precedence over text that Node or a library wrote to stderr. */
export function createStderrTail(): StderrTail {
  let record: string | undefined;
  const lines: string[] = [];
  return {
    logged(text) {
      record = text;
    },
    stderr(line) {
      if (line.trim() === "") return;
      lines.push(line.trim());
      if (lines.length > MAX_LINES) lines.shift();
    },
    reason() {
      // For an uncaught error Node prints the source line, the error, its stack and its own version.
      const thrown = lines.findLast((line) => /^(\w+ )?\w*(Error|Exception)\b.*:/.test(line));
      return record ?? thrown ?? lines.findLast((line) => !/^Node\.js v|^at /.test(line));
    },
  };
}
