import type { RequestContext } from "@vega/contracts";
import { users } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import type { Erasure } from "./erase.ts";
import { decideEraseUser } from "./erase.ts";
import { ERASING } from "./indexes.ts";
import { collect } from "./collect.ts";
import { read } from "./read.ts";
import type { Traces } from "./find-residual-data.ts";
import { findTraces } from "./find-residual-data.ts";

/** Entries of the log that one step names: its event has to fit into a message of the bus. */
const STEP = 5_000;

/** An account as a whole: everything of it collected, everything of it erased. */
export function wholeAccountEndpoints(app: App): Endpoint[] {
  return [
    endpoint(users.requests.collect, ({ id }) => collect(app, id)),
    endpoint(users.requests.eraseDocument, ({ id }, { context, deadline }) =>
      erase(app, id, context, deadline),
    ),
  ];
}

/**
 * Erases an account step by step. The first step takes the account itself, so nothing more can be opened under it; what
 * came between the look at the log and that step is found by looking again.
 */
async function erase(app: App, id: string, context: RequestContext, deadline: number) {
  // Who erases their own account leaves no new trace by doing so.
  const asking = context.actor.id === id ? { ...context, actor: { id } } : context;
  const erased = new Set<number>();
  const stripped = new Set<number>();
  let found = await findTraces(app.store, id);
  let sequence = 0;
  do {
    for (const step of stepsOf(id, found)) {
      ({ sequence } = await app.writer.submit(decideEraseUser(step), asking, deadline));
      for (const one of step.about) erased.add(one);
      for (const one of step.by) stripped.add(one);
    }
    const left = await findTraces(app.store, id);
    if ([...left.about, ...left.by].some((one) => erased.has(one) || stripped.has(one))) {
      // Going on would never end, and to say that all is gone would be untrue.
      throw new Error("an entry that was erased is still there");
    }
    found = left;
  } while (isAnything(found));
  return { sequence, erased_entries: erased.size };
}

/** Goes on with erasures that were broken off. */
export async function finishErasures(
  app: App,
  context: RequestContext,
  deadline: number,
): Promise<void> {
  const ids = (await read(app.store, ERASING))?.ids ?? [];
  for (const id of ids) await erase(app, id, context, deadline);
}

const isAnything = (found: Traces): boolean =>
  Object.values(found).some((left) => typeof left === "object" && left.length > 0);

/** At least one step: the account itself may be all there is. */
function stepsOf(userId: string, found: Traces): Erasure[] {
  const { namespaces, conversations, answerKeys, leases, holds, usageDays, about, by, more } =
    found;
  const count = Math.max(1, Math.ceil(about.length / STEP), Math.ceil(by.length / STEP));
  return Array.from({ length: count }, (_, n) => ({
    userId,
    namespaces: n === 0 ? namespaces : [],
    conversations: n === 0 ? conversations : [],
    answerKeys: n === 0 ? answerKeys : [],
    leases: n === 0 ? leases : [],
    holds: n === 0 ? holds : [],
    usageDays: n === 0 ? usageDays : [],
    about: about.slice(n * STEP, (n + 1) * STEP),
    by: by.slice(n * STEP, (n + 1) * STEP),
    last: n === count - 1 && !more,
  }));
}
