import type { SigningKey } from "@vega/contracts";
import { signingKeys } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { SIGNING_KEYS } from "../users/indexes.ts";
import { decideAddSigningKey, signingKeyRef } from "./commands.ts";
import type { Store } from "../../store/store.ts";
import { read } from "../users/read.ts";

export function signingKeyEndpoints({ store, writer }: StateContext): Endpoint[] {
  return [
    endpoint(signingKeys.requests.list, async () => {
      const { sequence } = writer.head();
      return { sequence, keys: await newestFirst(store) };
    }),
    endpoint(signingKeys.requests.add, async (input, { context, deadline }) => {
      const command = decideAddSigningKey(input);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence, keys: await newestFirst(store) };
    }),
  ];
}

/** In the order that `if_newest` is decided by: two keys may have been made in one millisecond. */
async function newestFirst(store: Store): Promise<SigningKey[]> {
  const kids = (await read(store, SIGNING_KEYS))?.ids ?? [];
  const keys = await Promise.all(kids.toReversed().map((kid) => read(store, signingKeyRef(kid))));
  // Another replica may have retired one between the two reads.
  return keys.filter((key) => key !== undefined);
}
