/** @returns a number above 0. Throws TypeError that names the option. */
export function positiveNumber(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new TypeError(`--${name} takes a number above 0, not ${text}`);
}

/** @returns a whole number above 0. Throws TypeError that names the option. */
export function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`--${name} takes a whole number above 0, not ${text}`);
}

/** @param text names separated by commas. Throws TypeError for a name that is not in `known`. */
export function selection<Name extends string>(text: string, known: readonly Name[]): Name[] {
  return text.split(",").map((name) => {
    const found = known.find((candidate) => candidate === name);
    if (found !== undefined) return found;
    throw new TypeError(`unknown measurement ${name}; known: ${known.join(", ")}`);
  });
}
