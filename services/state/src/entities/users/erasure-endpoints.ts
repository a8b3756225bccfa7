import type { RequestContext } from "@vega/contracts";
import { users } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import type { Erasure } from "./erase.ts";
import { decideEraseUser } from "./erase.ts";
import { ERASING } from "./indexes.ts";
import { collect } from "./collect.ts";
import { read } from "./read.ts";
import type { ResidualData } from "./find-residual-data.ts";
import { findResidualData } from "./find-residual-data.ts";

/** Entries of the log that one step names: its event has to fit into a message of the bus. */
const STEP = 5_000;

/** Export and erasure of whole accounts. */
export function wholeAccountEndpoints(app: StateContext): Endpoint[] {
  return [
    endpoint(users.requests.collect, ({ id }) => collect(app, id)),
    endpoint(users.requests.eraseDocument, ({ id }, { context, deadline }) =>
      erase(app, id, context, deadline),
    ),
  ];
}

/**
 * Erases an account step by step. The first step removes the account itself, so later commands for it are refused; what
 * was committed between the search and that step is found by the next search.
 */
async function erase(app: StateContext, id: string, context: RequestContext, deadline: number) {
  // The erasure of one's own account stores no origin: it would be residual data.
  const asking = context.actor.id === id ? { ...context, actor: { id } } : context;
  const erased = new Set<number>();
  const stripped = new Set<number>();
  const blobs = new Set<string>();
  let found = await findResidualData(app.store, id);
  let sequence = 0;
  do {
    for (const sha256 of found.blobs) blobs.add(sha256);
    for (const step of stepsOf(id, found)) {
      ({ sequence } = await app.writer.submit(decideEraseUser(step), asking, deadline));
      for (const one of step.about) erased.add(one);
      for (const one of step.by) stripped.add(one);
    }
    const left = await findResidualData(app.store, id);
    if ([...left.about, ...left.by].some((one) => erased.has(one) || stripped.has(one))) {
      // Another round would find it again, without end.
      throw new Error("an entry that was erased is still there");
    }
    found = left;
  } while (isAnything(found));
  await app.blobSweep.forget([...blobs]);
  return { sequence, erased_entries: erased.size };
}

/** Resumes erasures that were interrupted. */
export async function finishErasures(
  app: StateContext,
  context: RequestContext,
  deadline: number,
): Promise<void> {
  const ids = (await read(app.store, ERASING))?.ids ?? [];
  for (const id of ids) await erase(app, id, context, deadline);
}

const isAnything = ({ documents, leases, holds, about, by }: ResidualData): boolean =>
  [documents, leases, holds, about, by].some(({ length }) => length > 0);

/** At least one step: the account itself may be all there is. */
function stepsOf(userId: string, found: ResidualData): Erasure[] {
  const { documents, leases, holds, about, by, more } = found;
  const count = Math.max(1, Math.ceil(about.length / STEP), Math.ceil(by.length / STEP));
  return Array.from({ length: count }, (_, n) => ({
    userId,
    documents: n === 0 ? documents : [],
    leases: n === 0 ? leases : [],
    holds: n === 0 ? holds : [],
    about: about.slice(n * STEP, (n + 1) * STEP),
    by: by.slice(n * STEP, (n + 1) * STEP),
    last: n === count - 1 && !more,
  }));
}
