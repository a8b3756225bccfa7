/** Closes without waiting, and ignores errors: the connection is lost or no longer needed. */
export function closeQuietly(what: { close(): Promise<void> } | { endSession(): Promise<void> }) {
  const closing = "close" in what ? what.close() : what.endSession();
  closing.catch(() => undefined);
}
