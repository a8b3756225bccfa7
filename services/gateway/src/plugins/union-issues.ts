import { z } from "zod";

type Issue = z.core.$ZodIssue;

/** zod's own text; a schema with a text of its own keeps it. */
const DEFAULT_MESSAGE = "Invalid input";

/**
 * The issues of an input that fits no option of a union: those of the only option that knows all fields of the input,
 * otherwise one that lists the options. zod's text names no field.
 */
export function expandUnion(schema: unknown, issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union" || issue.message !== DEFAULT_MESSAGE) return [issue];
  const known = issue.errors.filter(
    (issues) => !issues.some(({ code }) => code === "unrecognized_keys"),
  );
  const [closest] = known;
  if (closest && known.length === 1) {
    return closest.map((one) => Object.assign(one, { path: [...issue.path, ...one.path] }));
  }
  const options = issue.path.length === 0 ? optionsOf(schema) : undefined;
  return options === undefined
    ? [issue]
    : [{ ...issue, message: `has to have one of these sets of fields: ${options}` }];
}

/** The fields of each option; undefined unless all are objects. */
function optionsOf(schema: unknown): string | undefined {
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const fields = schema.options.map((option) =>
    option instanceof z.ZodObject ? `{${Object.keys(option.shape).join(", ")}}` : undefined,
  );
  return fields.includes(undefined) ? undefined : fields.join(", ");
}
