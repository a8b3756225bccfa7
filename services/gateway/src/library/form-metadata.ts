import type { AssetMetadata, ErrorDetail } from "@vega/contracts";
import { assetMetadataSchema, VegaError } from "@vega/contracts";
import type { FormFields } from "./upload-form.ts";

const FIELDS = [
  "name",
  "title",
  "category",
  "tags",
  "alt",
  "visibility",
  "strip_metadata",
] as const;
type Field = (typeof FIELDS)[number];

const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);

/**
 * The metadata of a form. `tags` are separated by commas, or a field each; the others stand once at most.
 * Throws VegaError `invalid` with each fault.
 * @param fileName of the file's part, used without a field `name`
 */
export function metadataOf(fields: FormFields, fileName: string): AssetMetadata {
  const { tags, name = fileName, ...texts } = byName(fields);
  const result = assetMetadataSchema.safeParse({
    title: "",
    category: "",
    alt: "",
    visibility: "private",
    ...texts,
    name: name.normalize("NFC"),
    tags: tags.filter((tag) => tag !== ""),
  });
  if (result.success) return result.data;
  const details = result.error.issues.map(({ path, message }): ErrorDetail => ({
    path: path.map((part) => `/${String(part)}`).join(""),
    message,
  }));
  const [first] = details;
  throw new VegaError(
    "invalid",
    `the form is not valid: ${first?.path}: ${first?.message}`,
    details,
  );
}

/** Whether the original is stored without its metadata. Throws VegaError `invalid`. */
export function stripsMetadata(fields: FormFields): boolean {
  const { strip_metadata: value = "false" } = byName(fields);
  if (value === "true" || value === "false") return value === "true";
  throw new VegaError("invalid", "strip_metadata must be true or false");
}

/** Whether a field came with the file or after it, where it is too late. Throws VegaError `invalid`. */
export function requireBefore(before: FormFields, all: FormFields): void {
  if (stripsMetadata(before) !== stripsMetadata(all))
    throw new VegaError("invalid", "the field strip_metadata must come before the file");
}

/** Throws VegaError `invalid` for an unknown field, and for one that stands twice. */
function byName(
  fields: FormFields,
): Partial<Record<Exclude<Field, "tags">, string>> & { tags: string[] } {
  const found: Partial<Record<Exclude<Field, "tags">, string>> = {};
  const tags: string[] = [];
  for (const [name, value] of fields) {
    if (!isField(name)) {
      throw new VegaError(
        "invalid",
        `unknown field ${JSON.stringify(name.slice(0, 64))}; known fields: file, ${FIELDS.join(", ")}`,
      );
    }
    if (name === "tags") tags.push(...value.split(",").map((tag) => tag.trim()));
    else if (found[name] === undefined) found[name] = value;
    else throw new VegaError("invalid", `the field ${name} stands twice`);
  }
  return { ...found, tags };
}
