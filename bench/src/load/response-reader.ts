const HEAD_END = "\r\n\r\n";

/**
 * Reads HTTP/1.1 responses off a connection at the lowest possible cost, so that the load generator is not the
 * bottleneck: one response at a time, with a Content-Length. The reader throws Error for any other response.
 * @param onResponse called with the status when a response is complete
 */
export function responseReader(onResponse: (status: number) => void): (chunk: Buffer) => void {
  let head: Buffer | undefined;
  let status = 0;
  /** Missing bytes of the body; undefined while the head is incomplete. */
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
      if (length === undefined) throw new Error(`response without Content-Length: ${text}`);
      status = Number(text.slice(9, 12));
      missing = Number(length) - (bytes.length - end - HEAD_END.length);
    } else missing -= chunk.length;
    if (missing < 0) throw new Error("response is longer than its Content-Length");
    if (missing > 0) return;
    head = undefined;
    missing = undefined;
    onResponse(status);
  };
}
