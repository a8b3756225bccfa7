/** Length of a file name in bytes of UTF-8: the limit of most file systems. */
export const MAX_NAME_BYTES = 255;

/** Characters of a refused name that an error shows. */
const SHOWN = 40;

// Controls (C0, DEL, C1), line and paragraph separators, bidirectional controls, invisible characters, the BOM.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are the refused ones
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** Whether a text is well-formed Unicode without characters that hide or reorder others. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !UNSAFE.test(text);

const utf8 = new TextEncoder();

/** Says why a text is not a file name; undefined for a good one. */
export function fileNameProblem(name: string): string | undefined {
  if (name === "") return "the file name is missing";
  const { byteLength } = utf8.encode(name);
  if (byteLength > MAX_NAME_BYTES) {
    return `the file name has ${byteLength} bytes of UTF-8; at most ${MAX_NAME_BYTES} are allowed`;
  }
  if (!name.isWellFormed()) return "the file name is not well-formed Unicode";
  const unsafe = UNSAFE.exec(name)?.[0];
  if (unsafe !== undefined) {
    const code = (unsafe.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `the file name contains U+${code}, a control, invisible or bidirectional character`;
  }
  const shown = JSON.stringify(name.slice(0, SHOWN));
  if (/[/\\]/.test(name)) return `the file name ${shown} contains a path; send the name alone`;
  if (/^\.{1,2}$/.test(name)) return `the file name ${shown} is a folder's`;
  if (name.trim() !== name) return `the file name ${shown} begins or ends with a space`;
  return undefined;
}
