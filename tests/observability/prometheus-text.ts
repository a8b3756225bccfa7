/*
 * A strict parser of Prometheus's text format: text that Prometheus would refuse or
 * misread is an error here.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly samples: readonly Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HEAD = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|$)/y;
const TYPES = ["counter", "gauge", "histogram", "summary"] as const;
const VALUE = /^([+-]?Inf|NaN|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;

/** Families by name. @throws Error with the invalid line */
export function parsePrometheus(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family & { samples: Sample[] }>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let family: (Family & { samples: Sample[] }) | undefined;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    if (line.startsWith("#")) {
      const [, kind, name = "", rest = ""] = HEAD.exec(line) ?? fail("no such comment");
      if (kind === "HELP") help = { name, text: rest };
      else {
        if (families.has(name)) fail("a family twice");
        if (help?.name !== name) return fail("a type without help");
        const type = TYPES.find((one) => one === rest) ?? fail("no such type");
        families.set(name, (family = { name, help: help.text, type, samples: [] }));
      }
      continue;
    }
    const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? fail("no sample");
    if (!family || !isOf(family, name)) return fail("a sample of no family");
    if (!VALUE.test(value)) fail("no number");
    const key = `${name}{${labels}}`;
    if (seen.has(key)) fail("a sample twice");
    seen.add(key);
    family.samples.push({ name, labels: readLabels(labels, fail), value: numberOf(value) });
  }
  for (const one of families.values()) if (one.type === "histogram") checkHistogram(one);
  return families;
}

function isOf({ name, type }: Family, sample: string): boolean {
  if (sample === name) return type !== "histogram";
  const suffix = sample.startsWith(name) ? sample.slice(name.length) : "";
  if (type === "histogram") return ["_bucket", "_sum", "_count"].includes(suffix);
  return type === "summary" && ["_sum", "_count"].includes(suffix);
}

function readLabels(text: string, fail: (why: string) => never): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const [, name = "", value = ""] = LABEL.exec(text) ?? fail("no labels");
    if (name in labels) fail("a label twice");
    labels[name] = value.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
  }
  return labels;
}

const numberOf = (text: string): number => {
  const sign = text.startsWith("-") ? -1 : 1;
  return /inf$/i.test(text) ? sign * Number.POSITIVE_INFINITY : Number(text);
};

/** Checks that buckets are cumulative and that the +Inf bucket equals `_count`. */
function checkHistogram({ name, samples }: Family): void {
  const series = new Map<string, { last: number; le: number; count?: number }>();
  for (const { name: own, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    const one = series.get(key) ?? { last: 0, le: Number.NEGATIVE_INFINITY };
    series.set(key, one);
    if (own === `${name}_count`) one.count = value;
    if (own !== `${name}_bucket`) continue;
    const bound = numberOf(le ?? "");
    if (!(bound > one.le) || value < one.last) throw new Error(`${name}: buckets that do not grow`);
    Object.assign(one, { last: value, le: bound });
  }
  for (const [key, { last, le, count }] of series) {
    if (le !== Number.POSITIVE_INFINITY || last !== count) throw new Error(`${name}${key}: no end`);
  }
}
