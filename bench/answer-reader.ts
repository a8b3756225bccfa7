const HEAD_END = "\r\n\r\n";

/**
 * Reads answers of HTTP/1.1 off a connection as cheaply as can be, so that the load generator is not what is measured:
 * one answer at a time, with a Content-Length. The reader throws Error for any other.
 * @param onAnswer called with the status when an answer has come whole
 */
export function answerReader(onAnswer: (status: number) => void): (chunk: Buffer) => void {
  let head: Buffer | undefined;
  let status = 0;
  /** Bytes of the body that have not come; undefined while the head has not. */
  let missing: number | undefined;
  return (chunk) => {
    if (missing === undefined) {
      const bytes = head ? Buffer.concat([head, chunk]) : chunk;
      const end = bytes.indexOf(HEAD_END);
      if (end === -1) {
        head = bytes;
        return;
      }
      const text = bytes.toString("latin1", 0, end);
      const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text) ?? [];
      if (length === undefined) throw new Error(`an answer without Content-Length: ${text}`);
      status = Number(text.slice(9, 12));
      missing = Number(length) - (bytes.length - end - HEAD_END.length);
    } else missing -= chunk.length;
    if (missing < 0) throw new Error("more came than was asked for");
    if (missing > 0) return;
    head = undefined;
    missing = undefined;
    onAnswer(status);
  };
}
