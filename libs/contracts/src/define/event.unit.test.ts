import { expect, test } from "vitest";
import { z } from "zod";
import { account, everyone } from "./audience.ts";
import { defineEvent } from "./event.ts";
import type { LiveContract } from "../messages/live.ts";

const named = { changes: () => [] } as const;
const data = z.object({ owner: z.string().nullable(), text: z.string() });
const told = { summary: "A note was written", describe: null };
const sse = { type: "note_written", data: () => ({}) };
const ofOwner = account(({ owner }: { owner: string | null }) => owner);

test("an event declares its stream, or that it has none", () => {
  const note = { ...named, ...told, data };
  expect(defineEvent({ ...note, sse: null }).streamed).toBeNull();
  const streamed = { audience: ofOwner, requires: "memory", sse } as const;
  expect(defineEvent({ ...note, ...streamed }).streamed).toEqual(streamed);
});

/* The type check is what asserts here: each line must not compile without the comment above it. */
test("a declaration without one of its members does not compile", () => {
  const note = { ...named, ...told, data };
  const requires = "memory" as const;
  const declarations = [
    // @ts-expect-error no stream, and no `sse: null` either
    () => defineEvent(note),
    // @ts-expect-error no audience
    () => defineEvent({ ...note, requires, sse }),
    // @ts-expect-error no permission
    () => defineEvent({ ...note, audience: everyone, sse }),
    // @ts-expect-error a permission that does not exist
    () => defineEvent({ ...note, audience: everyone, requires: "everything", sse }),
    // @ts-expect-error an audience for an event that is not streamed
    () => defineEvent({ ...note, audience: everyone, sse: null }),
    // @ts-expect-error the data does not have the member that the audience reads
    () => defineEvent({ ...note, data: z.object({}), audience: ofOwner, requires, sse }),
    // @ts-expect-error no summary
    () => defineEvent({ ...named, data, describe: null, sse: null }),
    // @ts-expect-error no sentence for the history, and no `describe: null` either
    () => defineEvent({ ...named, data, summary: "A note was written", sse: null }),
    // @ts-expect-error a live message without audience, permission and SSE type
    (): LiveContract<typeof data> => ({ subject: "vega.live.note.written", data }),
  ];
  expect(declarations).toHaveLength(9);
});
