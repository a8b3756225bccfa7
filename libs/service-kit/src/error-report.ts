import { createHash } from "node:crypto";
import { join } from "node:path";
import { scrub } from "./scrub.ts";

/** `request`: a 5xx; `unhandled`: a rejection or exception nobody caught; `dead_letter`: a message given up. */
export type ErrorKind = "request" | "unhandled" | "dead_letter";

/** One kind of error, as state takes it; times are ISO 8601. */
export interface CollectedError {
  /** The first 16 hex digits of SHA-256 over service, the error's name and the code's place. */
  readonly fingerprint: string;
  readonly service: string;
  readonly name: string;
  readonly message: string;
  readonly kind: ErrorKind;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Of the newest one. */
  readonly example: {
    readonly traceparent: string | null;
    readonly request_id: string | null;
    readonly stack: string | null;
  };
}

export interface ErrorCollector {
  /** Counts an error, whatever it is. Never throws. */
  note(
    error: unknown,
    about: {
      readonly kind: ErrorKind;
      readonly traceparent?: string | undefined;
      readonly request_id?: string | undefined;
    },
  ): void;
  /** What was noted since the last call: at most 50, the last of which counts all that found no place. */
  take(): CollectedError[];
}

/** As many as one report to state takes. */
const MAX_GROUPS = 50;
/** Causes of causes that are told. */
const MAX_CAUSES = 3;
const LENGTHS = { name: 128, message: 512, stack: 4_096, id: 64 };

const OTHERS = { name: "OtherErrors", message: "errors of more kinds than one report tells" };
const UNREADABLE = { name: "UnreadableError", message: "the error can't be read", stack: null };

/** Groups errors by where they come from. Pure but for the clock; messages and stacks come out scrubbed. */
export function createErrorCollector(options: {
  readonly service: string;
  /** ISO 8601 */
  readonly now?: () => string;
  /** The project's folder: code in it, but for node_modules, is our own. */
  readonly root?: string;
}): ErrorCollector {
  const {
    service,
    now = () => new Date().toISOString(),
    root = join(import.meta.dirname, "../../.."),
  } = options;
  let groups = new Map<string, CollectedError>();

  const fingerprintOf = (...parts: string[]) =>
    createHash("sha256")
      .update([service, ...parts].join("\n"))
      .digest("hex")
      .slice(0, 16);

  const add = (group: Omit<CollectedError, "service" | "count" | "first_seen" | "last_seen">) => {
    const before = groups.get(group.fingerprint);
    const time = now();
    groups.set(group.fingerprint, {
      ...group,
      service,
      count: (before?.count ?? 0) + 1,
      first_seen: before?.first_seen ?? time,
      last_seen: time,
    });
  };

  return {
    note(error, { kind, traceparent, request_id }) {
      const { name, message, stack } = read(error);
      const fingerprint = fingerprintOf(name, placeOf(stack, root));
      const full = !groups.has(fingerprint) && groups.size >= MAX_GROUPS - 1;
      const shown = full ? { ...OTHERS, stack: null } : { name, message, stack };
      add({
        fingerprint: full ? fingerprintOf(OTHERS.name) : fingerprint,
        name: shown.name.slice(0, LENGTHS.name),
        message: scrub(shown.message, root).slice(0, LENGTHS.message),
        kind,
        example: {
          traceparent: traceparent?.slice(0, LENGTHS.id) ?? null,
          request_id: request_id?.slice(0, LENGTHS.id) ?? null,
          stack: shown.stack === null ? null : scrub(shown.stack, root).slice(0, LENGTHS.stack),
        },
      });
    },
    take() {
      const taken = [...groups.values()];
      groups = new Map();
      return taken;
    },
  };
}

/** Anything can be thrown, also what throws when it is looked at. */
function read(error: unknown): { name: string; message: string; stack: string | null } {
  try {
    if (!(error instanceof Error)) {
      return { name: "NoError", message: `${typeof error} was thrown`, stack: null };
    }
    // Whoever throws may have put anything there.
    const { name, message }: { name: unknown; message: unknown } = error;
    return { name: String(name) || "Error", message: String(message), stack: withCauses(error) };
  } catch {
    return UNREADABLE;
  }
}

function withCauses(error: Error): string | null {
  if (typeof error.stack !== "string") return null;
  const stacks = [error.stack];
  let { cause } = error;
  for (let n = 0; n < MAX_CAUSES && cause instanceof Error; n += 1) {
    stacks.push(`caused by: ${cause.stack ?? cause.message}`);
    ({ cause } = cause);
  }
  return stacks.join("\n");
}

/** `    at name (file:///path:1:2)`, `    at async name (…)`, `    at file:///path:1:2`. */
const FRAME = /^\s+at (?:async )?(?:(.+) \()?(?:file:\/\/)?([^()]+?):\d+:\d+\)?$/;

/** File and function of the first frame of our own code: lines move with each version, these seldom do. */
function placeOf(stack: string | null, root: string): string {
  const frames = (stack ?? "").split("\n").flatMap((line) => {
    const found = FRAME.exec(line);
    return found ? [{ name: found[1] ?? "", file: found[2] ?? "" }] : [];
  });
  const own = frames.find(
    ({ file }) => file.startsWith(`${root}/`) && !file.includes("/node_modules/"),
  );
  const { name, file } = own ?? frames[0] ?? { name: "", file: "" };
  const place = file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
  return `${place}:${name}`;
}
