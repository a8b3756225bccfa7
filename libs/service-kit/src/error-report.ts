import { createHash } from "node:crypto";
import { join } from "node:path";
import { scrub } from "./scrub.ts";

/** `request`: a 5xx; `unhandled`: an uncaught rejection or exception; `dead_letter`: a dropped message. */
export type ErrorKind = "request" | "unhandled" | "dead_letter";

/** One error group, as reported to state; times are ISO 8601. */
export interface CollectedError {
  /** The first 16 hex digits of SHA-256 over service, error name and code location. */
  readonly fingerprint: string;
  readonly service: string;
  readonly name: string;
  readonly message: string;
  readonly kind: ErrorKind;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** The newest error of the group. */
  readonly example: {
    readonly traceparent: string | null;
    readonly request_id: string | null;
    readonly stack: string | null;
  };
}

export interface ErrorCollector {
  /** Counts an error of any type. Never throws. */
  record(
    error: unknown,
    about: {
      readonly kind: ErrorKind;
      readonly traceparent?: string | undefined;
      readonly request_id?: string | undefined;
    },
  ): void;
  /** Groups recorded since the last call: at most 50, the last of which counts all further ones. */
  take(): CollectedError[];
}

/** Most groups of one report to state. */
const MAX_GROUPS = 50;
/** Reported depth of causes. */
const MAX_CAUSES = 3;
const LENGTHS = { name: 128, message: 512, stack: 4_096, id: 64 };

const OTHERS = { name: "OtherErrors", message: "errors beyond the number of groups of one report" };
const UNREADABLE = {
  name: "UnreadableError",
  message: "the error object can't be read",
  stack: null,
};

/** Groups errors by code location. Pure apart from the clock; scrubs messages and stacks. */
export function createErrorCollector(options: {
  readonly service: string;
  /** ISO 8601 */
  readonly now?: () => string;
  /** The project's folder: code in it, outside of node_modules, belongs to the project. */
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
    record(error, { kind, traceparent, request_id }) {
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

/** Values of any type can be thrown, also objects whose getters throw. */
function read(error: unknown): { name: string; message: string; stack: string | null } {
  try {
    if (!(error instanceof Error)) {
      return { name: "NoError", message: `${typeof error} was thrown`, stack: null };
    }
    // Not necessarily strings.
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

/** File and function of the first frame in the project's code; line numbers would change with every version. */
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
