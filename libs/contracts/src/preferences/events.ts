import { z } from "zod";
import { account, everyone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { userIdSchema } from "../users/user-id.ts";
import { SHARED_PREFERENCES_ID, sharedPreferencesSchema } from "./documents.ts";

const nothing = () => [];

export const events = {
  /* SSE events have the version, never the values: a route shows them. */
  changed: defineEvent({
    summary: "An account changed its preferences",
    // Entries of data format 1 have no version.
    data: z.object({ user_id: userIdSchema, version: z.int().min(1).optional() }),
    changes: nothing,
    audience: account(({ user_id }: { user_id: string }) => user_id),
    requires: "account",
    sse: {
      type: "preferences_changed",
      data: ({ version }) => ({ ...(version !== undefined && { version }) }),
    },
    describe: null,
  }),

  shared_changed: defineEvent({
    summary: "The shared preferences were changed",
    data: sharedPreferencesSchema,
    changes: (body) => [{ collection: "shared_preferences", id: SHARED_PREFERENCES_ID, body }],
    audience: everyone,
    requires: "read",
    sse: { type: "shared_preferences_changed", data: ({ version }) => ({ version }) },
    describe: ({ version }) => `changed the shared preferences, version ${version}`,
  }),
};
