import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { setTimeout as delay } from "node:timers/promises";
import { once } from "node:events";

/** Name of the part with the file. */
export const FILE_PART = "file";

const MAX_FIELDS = 64;
const FIELD_BYTES = 8 * 1024;
/** What headers and other parts may add to the body beside the file. */
export const FORM_BYTES = 1024 * 1024;
/** A refused body is read and dropped for so long: most clients read a response only after they have sent all. */
const DROP_MS = 30_000;

export interface FormFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly name: string;
  readonly declared: string;
}

/** The fields of a form in their order. */
export type FormFields = readonly (readonly [string, string])[];

/**
 * Reads a form with one file. The file is handled while it arrives, with the fields before it.
 * Throws VegaError `invalid` for a malformed form; also what `onFile` throws, which need not read the file to its end.
 */
export async function readUploadForm<Result>(
  request: FastifyRequest,
  onFile: (file: FormFile, before: FormFields) => Promise<Result>,
): Promise<{ fields: FormFields; file: Result }> {
  const fields: [string, string][] = [];
  let handled: { file: Result } | undefined;
  const parts = request.parts({
    // A path in a name is refused instead of being cut.
    preservePath: true,
    throwFileSizeLimit: false,
    limits: {
      fileSize: Infinity,
      fields: MAX_FIELDS,
      fieldSize: FIELD_BYTES,
      files: 2,
      headerPairs: 32,
    },
  } as Parameters<FastifyRequest["parts"]>[0]);
  try {
    for (;;) {
      const { value: part, done } = await parts.next().catch(malformed);
      if (done) break;
      if (part.type === "field") {
        if (part.valueTruncated || typeof part.value !== "string") {
          throw new VegaError(
            "invalid",
            `the field ${shown(part.fieldname)} must be a text of at most ${FIELD_BYTES} bytes`,
          );
        }
        fields.push([part.fieldname, part.value]);
        continue;
      }
      if (handled) throw new VegaError("invalid", "a request has one file; send one for each file");
      if (part.fieldname !== FILE_PART) {
        throw new VegaError(
          "invalid",
          `the file is in the part ${shown(part.fieldname)}; its name must be ${FILE_PART}`,
        );
      }
      const file = {
        bytes: readable(part.file),
        name: part.filename ?? "",
        declared: part.mimetype,
      };
      handled = { file: await onFile(file, fields) };
    }
  } catch (error) {
    dropRest(request);
    throw error;
  }
  if (!handled) throw new VegaError("invalid", `the form has no file: a part named ${FILE_PART}`);
  return { fields, ...handled };
}

const shown = (name: string) => JSON.stringify(name.slice(0, 64));

function malformed(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new VegaError("invalid", `the form is malformed: ${reason}`, [], cause);
}

async function* readable(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = file[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch(malformed);
    if (next.done) return;
    yield next.value;
  }
}

/** Reads the rest of a refused body; a client that does not come to its end is disconnected. */
function dropRest({ raw }: FastifyRequest): void {
  if (raw.complete || raw.destroyed) return;
  raw.unpipe();
  raw.resume();
  const ended = once(raw, "close").catch(() => undefined);
  const timeout = delay(DROP_MS, undefined, { ref: false }).then(() => raw.socket.destroy());
  void Promise.race([ended, timeout]);
}
