import type { SearchStep } from "../search/query-plan.ts";
import type { FoundRow } from "./protocol.ts";
import type { Prepare } from "./search.ts";
import { PLACE_BITS, placesOf, toToken } from "./search.ts";

/** Up to `limit` results of all steps in order, and whether there are more. */
export function searchIndex(
  prepare: Prepare,
  name: string,
  steps: readonly SearchStep[],
  limit: number,
  wants: "documents" | "ids",
): { found: FoundRow[]; more: boolean } {
  const found: FoundRow[] = [];
  const document = prepare(`SELECT body FROM ${name} WHERE id = ?`);
  for (const step of steps) {
    for (const { newest, id } of matches(prepare, name, step)) {
      if (found.length === limit) return { found, more: true };
      const body = wants === "ids" ? "" : String(document.get(id)?.["body"]);
      found.push({ weight: step.weight, newest, id, body });
    }
  }
  return { found, more: false };
}

interface Match {
  readonly newest: number;
  readonly id: string;
}

/** What a step matches, in order. Within a millisecond places are in the order of writing, so these are sorted by id. */
function* matches(prepare: Prepare, name: string, step: SearchStep): Generator<Match> {
  const { after } = step;
  let group: Match[] = [];
  for (const match of rowsOf(prepare, name, step)) {
    if (after && match.newest === after.newest && byId(match, after) <= 0) continue;
    if (group[0] && group[0].newest !== match.newest) {
      yield* group.toSorted(byId);
      group = [];
    }
    group.push(match);
  }
  yield* group.toSorted(byId);
}

/** By code point, as SQLite and MongoDB compare. */
const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));

function* rowsOf(prepare: Prepare, name: string, step: SearchStep): Generator<Match> {
  const query = matchOf(step);
  const below = step.after ? placesOf(step.after.newest)[1] : MAX_PLACE;
  const columns = `SELECT place >> ${PLACE_BITS} AS newest, id FROM`;
  const rows =
    query === ""
      ? prepare(`${columns} ${name}_terms WHERE place < ? ORDER BY place DESC`).iterate(below)
      : prepare(
          `${columns} ${name}_search CROSS JOIN ${name}_terms ON place = ${name}_search.rowid
             WHERE ${name}_search MATCH ? AND ${name}_search.rowid < ? ORDER BY ${name}_search.rowid DESC`,
        ).iterate(query, below);
  for (const row of rows) yield { newest: Number(row["newest"]), id: String(row["id"]) };
}

const MAX_PLACE = 2n ** 63n - 1n;

const beginsWith = (keys: readonly string[]) => keys.map((key) => `"${toToken(key)}" *`);

/** The query of FTS5: keys have no quotation marks. */
function matchOf({ all, notAll, values }: SearchStep): string {
  const oneOf = values.map((keys) => `(${keys.map((key) => `"${toToken(key)}"`).join(" OR ")})`);
  const has = [...oneOf, ...beginsWith(all)].join(" AND ");
  return notAll.length === 0 ? has : `(${has}) NOT (${beginsWith(notAll).join(" AND ")})`;
}
