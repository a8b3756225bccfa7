import type { Crystal, JsonObject } from "@vega/contracts";
import { applyChanges, crystalChanges } from "@vega/contracts";
import { createPatch } from "rfc6902";
import { redact } from "../read-model/redact.ts";
import { VIEWS } from "../read-model/views.ts";

/** The difference between two states. */
export interface Difference {
  /** JSON Patch (RFC 6902) from the first status to the second. */
  readonly patch: JsonObject[];
  /** One line for each document that differs. */
  readonly summary: string[];
}

/** Fields that change with every tick, or timestamps. */
const QUIET = new Set(["updated_at", "last_update", "next_at", "evidence", "missed", "position"]);

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

function lineOf(document: string, before: JsonObject, after: JsonObject): string | undefined {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !QUIET.has(key) && show(before[key]) !== show(after[key]))
    .map((key) => `${key} ${show(before[key])} → ${show(after[key])}`);
  return fields.length > 0 ? `${document}: ${fields.join(", ")}` : undefined;
}

const documentsOf = (crystal: Crystal) =>
  new Map(
    [...applyChanges(new Map(), crystalChanges(crystal))].map(([key, body]) => [
      key,
      redact(body) as JsonObject,
    ]),
  );
const statusOf = (crystal: Crystal) => redact(VIEWS.status(crystal));

/** Compares two states, redacted. */
export function difference(from: Crystal, to: Crystal): Difference {
  const [before, after] = [documentsOf(from), documentsOf(to)];
  const summary = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, fresh] = [before.get(key), after.get(key)];
    if (!old) return `${key}: new`;
    if (!fresh) return `${key}: removed`;
    return lineOf(key, old, fresh) ?? [];
  });
  return { patch: createPatch(statusOf(from), statusOf(to)) as unknown as JsonObject[], summary };
}
