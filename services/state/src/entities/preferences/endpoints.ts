import { preferences } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { preferencesRef } from "../users/documents.ts";
import { read } from "../users/read.ts";
import {
  decidePutPreferences,
  decidePutSharedPreferences,
  sharedPreferencesRef,
} from "./commands.ts";

export function preferencesEndpoints({ store, writer }: StateContext): Endpoint[] {
  return [
    endpoint(preferences.requests.get, async ({ user_id }) => {
      const { sequence } = writer.head();
      const found = await read(store, preferencesRef(user_id));
      return { sequence, preferences: found ?? null };
    }),
    endpoint(preferences.requests.put, async ({ user_id, ...write }, { context, deadline }) => {
      const command = decidePutPreferences(user_id, write);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, preferences: result };
    }),
    endpoint(preferences.requests.getShared, async () => {
      const { sequence } = writer.head();
      const found = await read(store, sharedPreferencesRef);
      return { sequence, preferences: found ?? null };
    }),
    endpoint(preferences.requests.putShared, async (write, { context, deadline }) => {
      const command = decidePutSharedPreferences(write);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, preferences: result };
    }),
  ];
}
