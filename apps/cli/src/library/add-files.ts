import { openAsBlob } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { RunningPlatform } from "../running-platform.ts";
import { RefusedError, UnreachableError } from "../running-platform.ts";
import type { LocalFile } from "./local-files.ts";
import { digestOf } from "./local-files.ts";

/** A file with the fields of its upload. */
export interface Addition {
  readonly file: LocalFile;
  readonly fields: Readonly<Record<string, string>>;
}

export interface AddReport {
  readonly added: number;
  /** Files whose bytes the library had already. */
  readonly present: number;
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** Attempts of one upload while the platform is unavailable, and the first pause between them. */
const ATTEMPTS = 6;
const PAUSE_MS = 500;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;
const FULL = 507;
const NO_PERMISSION: ReadonlySet<number> = new Set([401, 403]);

/**
 * Adds files that the caller does not have in the library yet, and says after each how far it is. An interrupted run is
 * repeated: files that are there are recognised by their SHA-256.
 * @param atOnce uploads at once; with 1 the files are added in their order
 * @throws OperatorError where no further file can be added either
 */
export async function addFiles(
  platform: RunningPlatform,
  additions: readonly Addition[],
  { atOnce, print }: { atOnce: number; print: (line: string) => void },
): Promise<AddReport> {
  const total = additions.reduce((sum, { file }) => sum + file.bytes, 0);
  const waiting = [...additions];
  const refused: { path: string; reason: string }[] = [];
  let [added, present, bytes] = [0, 0, 0];

  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { file } = next;
      const outcome = await addFile(platform, next).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
      if (outcome === "added") added += 1;
      else if (outcome === "present") present += 1;
      else refused.push({ path: file.path, reason: outcome.reason });
      bytes += file.bytes;
      const done = added + present + refused.length;
      const share = total === 0 ? 100 : Math.floor((100 * bytes) / total);
      const shown = typeof outcome === "string" ? outcome : `refused: ${outcome.reason}`;
      print(`vega: ${done} of ${additions.length} (${share} %) ${file.name}: ${shown}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { added, present, refused };
}

type Outcome = "added" | "present" | { readonly reason: string };

async function addFile(platform: RunningPlatform, { file, fields }: Addition): Promise<Outcome> {
  const sha256 = await digestOf(file.path);
  const path = `/api/library/files?own=true&limit=1&sha256=${sha256}`;
  const { files } = (await retried(() => platform.send("GET", path))) as { files: unknown[] };
  if (files.length > 0) return "present";
  try {
    await retried(async () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      // Read as it is sent. Without a type the platform looks at the content.
      form.append("file", await openAsBlob(file.path), file.name);
      const headers = { "idempotency-key": `vega library ${sha256}` };
      return platform.send("POST", "/api/library/files", form, headers);
    });
    return "added";
  } catch (error) {
    // A refusal of this file; others may be accepted.
    if (error instanceof RefusedError && !isForAll(error)) return { reason: error.message };
    throw error;
  }
}

/** Whether every further file would be refused alike. */
const isForAll = ({ status }: RefusedError): boolean =>
  status === FULL || NO_PERMISSION.has(status);

/** Repeats a request while the platform is unavailable. */
async function retried<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const isTransient =
        error instanceof UnreachableError ||
        (error instanceof RefusedError &&
          (error.status === TOO_MANY_REQUESTS ||
            (error.status > SERVER_ERROR && error.status !== FULL)));
      if (!isTransient || attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

/** The last lines of a run. @returns the exit code */
export function summarize({ added, present, refused }: AddReport, print: (line: string) => void) {
  print(`vega: ${added} files added, ${present} already there, ${refused.length} refused`);
  for (const { path, reason } of refused) print(`  ${path}: ${reason}`);
  return refused.length > 0 ? 1 : 0;
}
