/**
 * A UUID of version 7 (RFC 9562): ids are in the order of their times.
 * @param ms milliseconds since the epoch
 * @param random a random UUID of version 4
 */
export function timeOrderedId(ms: number, random: string): string {
  const time = ms.toString(16).padStart(12, "0").slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
