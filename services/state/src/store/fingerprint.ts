import { COLLECTIONS, LOG_EVENTS } from "@vega/contracts";
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import { documentLineSchema, endSchema, entryLineSchema, headSchema } from "../backup/format.ts";
import { DATA_FORMAT, MIN_READER, RELEASED_FORMAT } from "./data-format.ts";
import { storedEntrySchema, storedHeadSchema } from "./mongo/documents.ts";
import { schema as sqliteSchema } from "./sqlite/connection.ts";
import { DECLARED_TABLES } from "./sqlite/declared-tables.ts";

/** Name of a part of the stored data → SHA-256 of its declaration, hex. */
export type Fingerprints = Readonly<Record<string, string>>;

/** What is kept in git of a data format. */
export interface FormatRecord {
  readonly data_format: number;
  readonly min_reader: number;
  readonly fingerprints: Fingerprints;
}

const digest = (value: unknown): string =>
  createHash("sha256")
    .update(canonicalize(value) ?? "")
    .digest("hex");

/** Both directions: what is written, and what is still understood. */
const shapeOf = (schema: z.ZodType) => [jsonSchema(schema, "input"), jsonSchema(schema, "output")];

function jsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...result } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ jsonSchema: part }) {
      // A format's pattern changes with zod's version, and descriptions are no part of the data.
      if (part.format !== undefined) delete part.pattern;
      delete part.description;
    },
  });
  return result;
}

/** Fingerprints of all that this version stores. */
export function fingerprints(): Fingerprints {
  const collections = COLLECTIONS.map(({ name, indexes, schema }): [string, unknown] => [
    `collection ${name}`,
    { indexes, schema: shapeOf(schema) },
  ]);
  const events = LOG_EVENTS.map(({ type, subject, data }): [string, unknown] => [
    `event ${type}`,
    { subject, data: shapeOf(data) },
  ]);
  const files = [headSchema, entryLineSchema, documentLineSchema, endSchema];
  const parts: [string, unknown][] = [
    ...collections,
    ...events,
    ["sqlite", sqliteSchema(DECLARED_TABLES).replaceAll(/\s+/g, " ")],
    ["mongo log", [storedEntrySchema, storedHeadSchema].map(shapeOf)],
    ["backup", files.map(shapeOf)],
  ];
  return Object.fromEntries(parts.map(([name, value]) => [name, digest(value)]));
}

/** Names of the parts that differ, in order. */
export function changedParts(before: Fingerprints, after: Fingerprints): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).toSorted();
}

const REMEDY =
  "Raise DATA_FORMAT in services/state/src/store/data-format.ts, decide MIN_READER, add a line to the table in " +
  "docs/how-to/upgrading.md, which says how, and run `npm run generate`.";

/** Why a record is not that of this version, with what to do; undefined where it is. */
export function recordProblem(
  record: FormatRecord,
  after: Fingerprints = fingerprints(),
  released: number = RELEASED_FORMAT,
): string | undefined {
  const changed = changedParts(record.fingerprints, after);
  const same = record.data_format === DATA_FORMAT && record.min_reader === MIN_READER;
  if (changed.length === 0 && same) return undefined;
  const found = `recorded: data format ${record.data_format}, MIN_READER ${record.min_reader}; changed: ${changed.join(", ") || "nothing"}`;
  if (record.data_format === DATA_FORMAT && DATA_FORMAT <= released) {
    return `data format ${DATA_FORMAT} is released, and the stored data changed (${found}). ${REMEDY}`;
  }
  return (
    `the record of data format ${DATA_FORMAT} is not up to date (${found}). Where this format is not released and ` +
    `MIN_READER still holds, run \`npm run generate\`. Otherwise: ${REMEDY}`
  );
}

/** The record of this version. Throws Error where the format is released and its data changed. */
export function newRecord(
  before: FormatRecord | undefined,
  released: number = RELEASED_FORMAT,
): FormatRecord {
  const after = fingerprints();
  const isReleased = before?.data_format === DATA_FORMAT && DATA_FORMAT <= released;
  const problem = isReleased ? recordProblem(before, after, released) : undefined;
  if (problem !== undefined) throw new Error(problem);
  return { data_format: DATA_FORMAT, min_reader: MIN_READER, fingerprints: after };
}
