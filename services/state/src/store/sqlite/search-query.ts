import type { SearchStep } from "../search/query-plan.ts";
import type { FoundRow } from "./protocol.ts";
import type { Prepare } from "./search.ts";
import { PLACE_BITS, placesOf, toToken } from "./search.ts";

/**
 * With at most as many matches as this times the limit, all are read once and sorted; the steps of weights would read the
 * lists of each word several times, which words that seldom stand together make slow.
 */
const FEW = 4;

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
  const few = fewResults(prepare, name, steps, limit * FEW);
  for (const { weight, newest, id } of few ?? resultsOf(prepare, name, steps)) {
    if (found.length === limit) return { found, more: true };
    const body = wants === "ids" ? "" : String(document.get(id)?.["body"]);
    found.push({ weight, newest, id, body });
  }
  return { found, more: false };
}

interface Result extends Match {
  readonly weight: number;
}

function* resultsOf(
  prepare: Prepare,
  name: string,
  steps: readonly SearchStep[],
): Generator<Result> {
  for (const step of steps) {
    const { weight } = step;
    for (const { newest, id } of matches(prepare, name, step)) yield { weight, newest, id };
  }
}

/** All results of a query of several words in order; undefined where more documents than `limit` match. */
function fewResults(
  prepare: Prepare,
  name: string,
  steps: readonly SearchStep[],
  limit: number,
): Result[] | undefined {
  // A document that matches with a weight matches with all below, so the last step without its exclusion has them all.
  const lowest = steps.at(-1);
  if (!lowest || lowest.all.length < 2) return undefined;
  const rows: Match[] = [];
  for (const row of rowsOf(prepare, name, { ...lowest, notAll: [], after: undefined })) {
    if (rows.push(row) > limit) return undefined;
  }
  const termsOf = prepare(`SELECT terms FROM ${name}_terms WHERE id = ?`);
  const results = rows.flatMap(({ newest, id }): Result[] => {
    const tokens = String(termsOf.get(id)?.["terms"]).split(" ");
    const step = steps.find(
      ({ all, notAll }) => hasAll(tokens, all) && !isExcluded(tokens, notAll),
    );
    if (!step || (step.after && inOrder({ newest, id }, step.after) <= 0)) return [];
    return [{ weight: step.weight, newest, id }];
  });
  return results.toSorted((one, other) => other.weight - one.weight || inOrder(one, other));
}

const hasAll = (tokens: readonly string[], keys: readonly string[]): boolean =>
  keys.map(toToken).every((key) => tokens.some((token) => token.startsWith(key)));

const isExcluded = (tokens: readonly string[], notAll: readonly string[]): boolean =>
  notAll.length > 0 && hasAll(tokens, notAll);

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

/** The newest first, then by id. */
const inOrder = (one: Match, other: Match): number => other.newest - one.newest || byId(one, other);

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
