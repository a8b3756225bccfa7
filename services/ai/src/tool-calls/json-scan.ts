/** Scans JSON text that arrives in fragments, in one pass. */
export interface JsonScan {
  add(fragment: string): void;
  /** Whether an object or array was opened and closed. */
  isWhole(): boolean;
}

export function createJsonScan(): JsonScan {
  let depth = 0;
  let hasBegun = false;
  let isInString = false;
  let isEscaped = false;

  const take = (character: string) => {
    if (isInString) {
      if (isEscaped) isEscaped = false;
      else if (character === "\\") isEscaped = true;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      hasBegun = true;
    } else if (character === "}" || character === "]") depth -= 1;
  };

  return {
    add(fragment) {
      for (const character of fragment) take(character);
    },
    isWhole: () => hasBegun && depth <= 0,
  };
}
