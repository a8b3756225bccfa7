import { preferences } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { preferencesRef } from "../users/documents.ts";
import { decidePutPreferences } from "./commands.ts";
import { read } from "../users/read.ts";

export function preferencesEndpoints({ store, writer }: StateContext): Endpoint[] {
  return [
    endpoint(preferences.requests.get, async ({ user_id }) => {
      const { sequence } = writer.head();
      const found = await read(store, preferencesRef(user_id));
      return { sequence, preferences: found ?? null };
    }),
    endpoint(preferences.requests.put, async ({ user_id, value }, { context, deadline }) => {
      const command = decidePutPreferences(user_id, value);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, preferences: result };
    }),
  ];
}
