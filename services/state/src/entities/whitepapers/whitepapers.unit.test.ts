import type { WhitepaperText } from "@vega/contracts";
import { MAX_WHITEPAPERS, whitepapers } from "@vega/contracts";
import { expect, test } from "vitest";
import { given, inMemoryState, NOW, SEQUENCE } from "../../log/decision-testing.ts";
import type { NewWhitepaper } from "./create.ts";
import { decideCreateWhitepaper } from "./create.ts";
import { whitepaperRef } from "./documents.ts";
import { decideOffer } from "./offer.ts";
import { slugOf } from "./slug.ts";
import { decideRemoveWhitepaper, decideUpdateWhitepaper } from "./update.ts";

const ID = "0b4ad5c1-7f0f-4a53-9d52-0e5d5f7b7c01";
const OTHER = "7c1d5ab2-2f6e-4c39-8f0c-1f2a7b0f5a10";

const text = (digit: string, more: Partial<WhitepaperText> = {}): WhitepaperText => ({
  sha256: digit.repeat(64),
  bytes: 10,
  source: "markdown",
  pages: 1,
  note: "",
  written_by: null,
  ...more,
});
const created = (more: Partial<NewWhitepaper> = {}): NewWhitepaper => ({
  id: ID,
  title: "Ravens",
  language: "en",
  status: "published",
  text: text("1"),
  count: 0,
  ...more,
});
const offer = (sha: string, more: object = {}) => ({
  name: "security",
  slug: "security",
  title: "Security",
  language: "en",
  text: text(sha),
  id: ID,
  count: 0,
  known: undefined,
  ...more,
});

test("a whitepaper has a slug, a first version and the sequence of its entry", () => {
  const { result } = given().when(decideCreateWhitepaper(created())).accepted();
  expect(result).toMatchObject({ slug: "ravens", sequence: SEQUENCE, offer: null });
  expect(result.current).toEqual({
    ...text("1"),
    whitepaper_id: ID,
    n: 1,
    sequence: SEQUENCE,
    created_at: NOW,
  });
});

test("slugs are unique: a title's gets a suffix, a given one is refused", () => {
  const state = inMemoryState();
  state.run(decideCreateWhitepaper(created()));
  const again = state.run(decideCreateWhitepaper(created({ id: OTHER })));
  expect(again.result?.slug).toBe(`ravens-${OTHER.slice(0, 8)}`);
  expect(state.run(decideCreateWhitepaper(created({ id: OTHER, slug: "ravens" }))).error).toBe(
    "conflict",
  );
});

test.each([
  ["Über Größe & Æther", "ueber-groesse-aether"],
  ["Café – naïve", "cafe-naive"],
  ["generations", undefined],
  ["日本", undefined],
  [ID, undefined],
  [`${"a".repeat(59)} b`, "a".repeat(59)],
])("the slug of %s", (title, slug) => {
  expect(slugOf(title)).toBe(slug);
});

test("a title without Latin letters gets a slug of its id", () => {
  const { result } = given()
    .when(decideCreateWhitepaper(created({ title: "日本" })))
    .accepted();
  expect(result.slug).toBe(`paper-${ID.slice(0, 8)}`);
});

test("the number of whitepapers has a limit", () => {
  given()
    .when(decideCreateWhitepaper(created({ count: MAX_WHITEPAPERS })))
    .thenError("limit_exceeded");
});

test("of two editors that have seen the same state, the second is refused", () => {
  const state = inMemoryState();
  state.run(decideCreateWhitepaper(created()));
  const change = { id: ID, expected: [SEQUENCE] };
  const first = state.run(decideUpdateWhitepaper({ ...change, text: text("2") }));
  expect(first.result?.current.n).toBe(2);
  // Every decision of this test has the same sequence, where each of the log has its own.
  const seen = { ...state.stored(whitepaperRef(ID)), sequence: SEQUENCE + 1 };
  state.apply([{ ...whitepaperRef(ID), body: seen }]);
  expect(state.run(decideUpdateWhitepaper({ ...change, text: text("3") })).error).toBe(
    "precondition_failed",
  );
  expect(state.run(decideRemoveWhitepaper(ID, [SEQUENCE])).error).toBe("precondition_failed");
  const any = state.run(decideUpdateWhitepaper({ id: ID, expected: null, text: text("3") }));
  expect(any.result?.current.n).toBe(3);
  expect(state.ids("whitepaper_versions")).toEqual([
    `${ID}/000001`,
    `${ID}/000002`,
    `${ID}/000003`,
  ]);
});

test("what is the same is no entry; a title alone is no version", () => {
  const state = inMemoryState();
  state.run(decideCreateWhitepaper(created()));
  const same = { id: ID, expected: null, title: "Ravens", text: text("1", { note: "again" }) };
  expect(state.run(decideUpdateWhitepaper(same)).events).toEqual([]);
  const renamed = state.run(decideUpdateWhitepaper({ id: ID, expected: null, title: "Crows" }));
  expect(renamed.result).toMatchObject({ title: "Crows", slug: "ravens", current: { n: 1 } });
  expect(renamed.events[0]?.data).not.toHaveProperty("version");
});

test("a removal takes all versions and frees the slug", () => {
  const state = inMemoryState();
  state.run(decideCreateWhitepaper(created()));
  state.run(decideUpdateWhitepaper({ id: ID, expected: null, text: text("2") }));
  state.run(decideRemoveWhitepaper(ID, null));
  expect(Object.keys(state.documents)).toEqual([]);
  expect(state.run(decideRemoveWhitepaper(ID, null)).error).toBe("not_found");
});

test("an offer is made once, and a newer text is a version of it", () => {
  const state = inMemoryState();
  expect(state.run(decideOffer(offer("1"))).result).toEqual({ changed: true });
  expect(state.run(decideOffer(offer("1", { known: ID }))).events).toEqual([]);
  state.run(decideOffer(offer("2", { known: ID })));
  expect(state.stored(whitepaperRef(ID))).toMatchObject({
    offer: "security",
    status: "published",
    current: { n: 2, sha256: "2".repeat(64) },
  });
});

test("an edited or removed offer stays as it is", () => {
  const edited = inMemoryState();
  edited.run(decideOffer(offer("1")));
  edited.run(decideUpdateWhitepaper({ id: ID, expected: null, text: text("9") }));
  expect(edited.run(decideOffer(offer("2", { known: ID }))).events).toEqual([]);

  const removed = inMemoryState();
  removed.run(decideOffer(offer("1")));
  removed.run(decideRemoveWhitepaper(ID, null));
  for (const known of [ID, undefined]) {
    expect(removed.run(decideOffer(offer("2", { known, id: OTHER }))).events).toEqual([]);
  }
});

test("an offer whose slug is taken gets another one", () => {
  const state = inMemoryState();
  state.run(decideCreateWhitepaper(created({ id: OTHER, slug: "security" })));
  state.run(decideOffer(offer("1")));
  expect(state.stored(whitepaperRef(ID)).slug).toBe(`security-${ID.slice(0, 8)}`);
});

test("the events describe all their documents", () => {
  const { events } = given()
    .when(decideOffer(offer("1")))
    .accepted();
  expect(events).toMatchObject([{ type: whitepapers.events.created.type, sideChanges: [] }]);
});
