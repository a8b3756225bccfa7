import { expect, test } from "vitest";
import { resumeAt } from "./cursor.ts";

test.each([undefined, ""])("without an id (%j) the stream starts at the head", (id) => {
  expect(resumeAt(id, 7)).toEqual({ cursor: 7 });
});

test.each([
  ["0", 0],
  ["6", 6],
  ["7", 7],
])("resumes from %s", (id, cursor) => {
  expect(resumeAt(id, 7)).toEqual({ cursor });
});

test.each(["-1", "1.5", "1e3", "x", "7,7", " 7", "99999999999999999999", "９"])(
  "%j is not an id",
  (id) => {
    expect(resumeAt(id, 7)).toEqual({ resync: "invalid_id" });
  },
);

test("an id beyond the head is unknown", () => {
  expect(resumeAt("8", 7)).toEqual({ resync: "unknown_id" });
});
