/** For what nobody waits for: the connection is lost or of no more use. */
export function closeQuietly(what: { close(): Promise<void> } | { endSession(): Promise<void> }) {
  const closing = "close" in what ? what.close() : what.endSession();
  closing.catch(() => undefined);
}
