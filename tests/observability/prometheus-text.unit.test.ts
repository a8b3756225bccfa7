import { expect, test } from "vitest";
import { parsePrometheus } from "./prometheus-text.ts";

const GOOD = `# HELP a_total Things
# TYPE a_total counter
a_total{x="one \\"quoted\\"",y="/api/:id"} 3
a_total{x="two",y=""} 4.5e-3
# HELP h_seconds Times
# TYPE h_seconds histogram
h_seconds_bucket{le="0.1"} 1
h_seconds_bucket{le="+Inf"} 2
h_seconds_sum 7
h_seconds_count 2
`;

test("families are read with their labels and values", () => {
  const families = parsePrometheus(GOOD);
  expect([...families.keys()]).toEqual(["a_total", "h_seconds"]);
  expect(families.get("a_total")).toMatchObject({ type: "counter", help: "Things" });
  expect(families.get("a_total")?.samples).toEqual([
    { name: "a_total", labels: { x: 'one "quoted"', y: "/api/:id" }, value: 3 },
    { name: "a_total", labels: { x: "two", y: "" }, value: 0.0045 },
  ]);
});

test.each([
  ["a sample without a type", "b 1\n"],
  ["the same series twice", `${GOOD}# HELP g G\n# TYPE g gauge\ng 1\ng 1\n`],
  ["a value that is not a number", "# HELP g G\n# TYPE g gauge\ng one\n"],
  ["an unescaped quote", '# HELP g G\n# TYPE g gauge\ng{a="b"c"} 1\n'],
  ["a last line without its end", GOOD.trimEnd()],
  ["a histogram without its last bucket", GOOD.replace('h_seconds_bucket{le="+Inf"} 2\n', "")],
  ["buckets that shrink", GOOD.replace('{le="+Inf"} 2', '{le="+Inf"} 0')],
])("%s is refused", (_, text) => {
  expect(() => parsePrometheus(text)).toThrow();
});
