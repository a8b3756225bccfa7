/** A JSON Schema of any dialect, as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Names of JSON's types in BSON. JavaScript's whole numbers are int, long or double, as their size has it. */
const BSON_TYPES: Readonly<Record<string, readonly string[]>> = {
  string: ["string"],
  object: ["object"],
  array: ["array"],
  boolean: ["bool"],
  null: ["null"],
  number: ["number"],
  integer: ["int", "long", "double"],
};

export function bsonType({ type }: JsonSchema): JsonSchema {
  if (type === undefined) return {};
  const names = [type].flat().map(String);
  const types = names.flatMap((name) => BSON_TYPES[name] ?? []);
  const whole = names.includes("integer") && !names.includes("number");
  return {
    bsonType: types.length === 1 ? types[0] : types,
    // MongoDB looks at it for numbers only, as JSON Schema has it.
    ...(whole ? { multipleOf: 1 } : {}),
  };
}

/** Draft 4 has the limit as a number and whether it is exclusive as a flag beside it. */
export function bounds(node: JsonSchema): JsonSchema {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = node as Record<string, number>;
  const result: Record<string, unknown> = {};
  if (minimum !== undefined) result["minimum"] = minimum;
  if (exclusiveMinimum !== undefined && exclusiveMinimum >= (minimum ?? -Infinity)) {
    Object.assign(result, { minimum: exclusiveMinimum, exclusiveMinimum: true });
  }
  if (maximum !== undefined) result["maximum"] = maximum;
  if (exclusiveMaximum !== undefined && exclusiveMaximum <= (maximum ?? Infinity)) {
    Object.assign(result, { maximum: exclusiveMaximum, exclusiveMaximum: true });
  }
  return result;
}

/**
 * The pattern where JavaScript and PCRE surely read it alike: ASCII only, no escapes that hang on Unicode's tables or
 * are written otherwise there, no named groups, no look-behind.
 */
export function portablePattern({ pattern }: JsonSchema): JsonSchema {
  const portable = typeof pattern === "string" && !/[^ -~]|\\[pPuxckbBsSwW]|\(\?</.test(pattern);
  return portable ? { pattern } : {};
}
