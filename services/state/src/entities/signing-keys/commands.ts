import { signingKeys } from "@vega/contracts";
import type { z } from "zod";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { documentRef, put, remove, subjectOf } from "../../store/document-ref.ts";
import { idsOf, SIGNING_KEYS } from "../users/indexes.ts";

export const signingKeyRef = (kid: string) => documentRef("signing_keys", kid);

/** Adds a key and removes those in `retire`; nothing where the newest is another than the caller believes. */
export function decideAddSigningKey({
  key,
  if_newest,
  retire,
}: z.output<typeof signingKeys.requests.add.input>): Command<null> {
  const ref = signingKeyRef(key.kid);
  return {
    reads: [SIGNING_KEYS],
    decide(view, now) {
      const kids = idsOf(view, SIGNING_KEYS);
      if ((kids.at(-1) ?? null) !== if_newest) {
        return refuse("conflict", "another key has been added meanwhile");
      }
      if (kids.includes(key.kid)) return refuse("conflict", "there is such a key already");
      const retired = kids.filter((kid) => retire.includes(kid));
      const ids = [...kids.filter((kid) => !retired.includes(kid)), key.kid];
      const added = event(signingKeys.events.added, subjectOf(ref), { kid: key.kid }, [
        ...retired.map((kid) => remove(signingKeyRef(kid))),
        put(ref, { ...key, created_at: now }),
        put(SIGNING_KEYS, { ids }),
      ]);
      return accept([added], null);
    },
  };
}
