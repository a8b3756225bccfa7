import { MAX_NAMES, OTHER_NAME, trafficCountsSchema } from "@vega/contracts";
import { expect, test } from "vitest";
import { createCounts } from "./counts.ts";

test("counts are taken once", () => {
  const counts = createCounts();
  expect(counts.isEmpty()).toBe(true);
  counts.add("page_views");
  counts.addTo("api", "state");
  counts.addTo("api", "state");
  counts.gain({ visitors: 1, sessions: 1, bounced: -1, session_ms: 20 });
  expect(counts.isEmpty()).toBe(false);
  expect(counts.take()).toMatchObject({
    page_views: 1,
    visitors: 1,
    bounced: -1,
    session_ms: 20,
    api: [{ name: "state", count: 2 }],
  });
  expect(counts.isEmpty()).toBe(true);
  expect(counts.take()).toMatchObject({ page_views: 0, visitors: 0, api: [] });
});

test("200,000 referrers take bounded memory, and a report that state accepts", () => {
  const counts = createCounts();
  for (let n = 0; n < 200_000; n += 1) counts.addTo("referrers", `h${n}.example`);
  counts.addTo("downloads", `/${"a".repeat(8_000)}`);
  const taken = counts.take();
  expect(taken.referrers).toHaveLength(MAX_NAMES + 1);
  expect(taken.referrers.at(-1)).toEqual({ name: OTHER_NAME, count: 200_000 - MAX_NAMES });
  expect(taken.downloads).toEqual([{ name: OTHER_NAME, count: 1 }]);
  expect(trafficCountsSchema.parse(taken)).toEqual(taken);
});
