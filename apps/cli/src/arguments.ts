import { parseArgs } from "node:util";
import { OperatorError } from "@vega/supervisor/operator-error";

/**
 * Reads the arguments of a script that works on one file.
 * @param flags names of the options that it knows, without dashes
 * @param usage how to call it
 * @throws OperatorError that shows the usage.
 */
export function fileArgument<Flag extends string>(
  args: readonly string[],
  flags: readonly Flag[],
  usage: string,
): { readonly path: string; readonly flags: ReadonlySet<Flag> } {
  const { values, positionals } = parsed(args, flags, usage);
  const [path, more] = positionals;
  if (!path || more !== undefined) throw new OperatorError(`say one file: ${usage}`);
  return { path, flags: new Set(flags.filter((flag) => values[flag] === true)) };
}

function parsed(args: readonly string[], flags: readonly string[], usage: string) {
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: "boolean" as const }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    const { message } = cause as Error;
    // Of a long advice only what is wrong.
    throw new OperatorError(`${message.split(". ")[0]}; use it so: ${usage}`, { cause });
  }
}
