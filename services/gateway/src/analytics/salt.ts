import type { MemoryStream, MemoryValue } from "@vega/messaging";
import { randomBytes } from "node:crypto";
import type { Day } from "./traffic-day.ts";
import { dayOf } from "./traffic-day.ts";

const KEY = "salt";
const BYTES = 32;
/** How far the clocks of gateways may differ. A salt of a later day comes from a clock that was wrong. */
export const CLOCK_BOUND_MS = 60_000;

interface StoredSalt {
  readonly day: string;
  readonly salt: string;
}

const parse = ({ value }: MemoryValue): StoredSalt => JSON.parse(value) as StoredSalt;

/** For visitors that no other gateway can know. */
export const randomSalt = (): Buffer => randomBytes(BYTES);

/**
 * The salt of a day that all gateways use: the first one makes it. The bus removes it at midnight by itself, also when
 * no gateway runs then. A bus that has lost its memory gets this gateway's salt again.
 * @param now milliseconds since the epoch
 */
export async function agreeOnSalt(
  stream: MemoryStream,
  { day, end, salt: own }: Pick<Day, "day" | "end" | "salt">,
  now: number,
): Promise<Buffer> {
  await stream.ensure();
  for (;;) {
    const found = await stream.read(KEY);
    const stored = found && parse(found);
    if (stored?.day === day) return Buffer.from(stored.salt, "base64url");
    const salt = own ?? randomSalt();
    const isNext = stored && stored.day > day && stored.day <= dayOf(now + CLOCK_BOUND_MS);
    // The next day has begun elsewhere: the last moments of this one are not shared.
    if (isNext || now >= end) return salt;
    await stream.expireAfter(end - now);
    const value = JSON.stringify({ day, salt: salt.toString("base64url") } satisfies StoredSalt);
    const written = await stream.write(KEY, value, found?.revision ?? 0);
    if (typeof written === "number") return salt;
    if (written === "full") throw new Error("the stream of visitors has no room for the salt");
  }
}

/** Removes the salt of a day that is over. */
export async function removeSalt(stream: MemoryStream, day: string): Promise<void> {
  const found = await stream.read(KEY);
  // A later one stays, also one that is written meanwhile: the revision says which one is removed.
  if (found && parse(found).day <= day) await stream.remove(KEY, found.revision);
}
