import { EXIT_CODES, OperatorError } from "@vega/supervisor/operator-error";
import type { Command, CommandContext } from "./command.ts";
import { UsageError } from "./command.ts";
import { commandHelp, overview, usageLine } from "./help.ts";
import { nearest } from "./nearest.ts";
import { readVersion } from "./version.ts";

const HELP = new Set(["--help", "-h"]);

/** Where a command line leads. */
export type Target =
  | { readonly kind: "run"; readonly command: Command; readonly words: readonly string[] }
  | { readonly kind: "help"; readonly command: Command | undefined };

/**
 * Finds the command that the words name.
 * @throws UsageError for an unknown command, with the nearest one
 */
export function findTarget(words: readonly string[], commands: readonly Command[]): Target {
  const [first] = words;
  if (first === undefined || HELP.has(first)) return { kind: "help", command: undefined };
  if (first === "--version") return findTarget(["version"], commands);
  if (first === "help") {
    const named = words.slice(1).filter((word) => !HELP.has(word));
    if (named.length === 0) return { kind: "help", command: undefined };
    return { kind: "help", command: resolve(named, commands).command };
  }
  const { command, rest } = resolve(words, commands);
  const end = rest.indexOf("--");
  const asksForHelp = (end < 0 ? rest : rest.slice(0, end)).some((word) => HELP.has(word));
  return asksForHelp ? { kind: "help", command } : { kind: "run", command, words: rest };
}

/** The command with the longest name that the words start with. */
function resolve(words: readonly string[], commands: readonly Command[]) {
  const matches = namesOf(commands).filter(({ name }) =>
    name.split(" ").every((part, index) => words[index] === part),
  );
  const [best] = matches.toSorted((a, b) => b.name.length - a.name.length);
  if (best) return { command: best.command, rest: words.slice(best.name.split(" ").length) };
  throw unknownCommand(words, commands);
}

const namesOf = (commands: readonly Command[]) =>
  commands.flatMap((command) =>
    [command.name, ...(command.aliases ?? [])].map((name) => ({ name, command })),
  );

function unknownCommand(words: readonly string[], commands: readonly Command[]): UsageError {
  const [first = "", second] = words;
  const names = commands.map(({ name }) => name);
  const group = names.filter((name) => name.startsWith(`${first} `));
  if (group.length > 0 && second === undefined) {
    return new UsageError(`incomplete command: ${first}; commands: ${group.join(", ")}`);
  }
  const typed = second === undefined ? first : `${first} ${second}`;
  const meant = nearest(typed, names) ?? nearest(first, names) ?? group[0];
  const shown = group.length > 0 ? typed : first;
  const hint = meant === undefined ? "" : `; did you mean \`vega ${meant}\`?`;
  return new UsageError(`unknown command: ${shown}${hint}`);
}

/**
 * Runs a command line. Errors that an operator can fix are shown as one message on stderr; others are thrown.
 * @returns the exit code
 */
export async function runCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  context: CommandContext & { readonly printError: (line: string) => void },
): Promise<number> {
  let command: Command | undefined;
  try {
    const target = findTarget(words, commands);
    command = target.command;
    if (target.kind === "run") {
      return (await target.command.execute(target.words, context)) ?? EXIT_CODES.success;
    }
    context.print(command ? commandHelp(command) : overview(commands, readVersion(context.root)));
    return EXIT_CODES.success;
  } catch (error) {
    if (!(error instanceof Error) || !isForOperator(error)) throw error;
    context.printError(`vega: ${error.message}`);
    if (!(error instanceof OperatorError)) return EXIT_CODES.failure;
    if (error instanceof UsageError) {
      const help = command ? `vega ${command.name} --help` : "vega help";
      if (command) context.printError(`  Usage: ${usageLine(command)}`);
      context.printError(`  \`${help}\` shows more.`);
    }
    return error.exitCode;
  }
}

/** OperatorError, and errors of the file system that name a file. */
function isForOperator(error: Error): boolean {
  return error instanceof OperatorError || (error as NodeJS.ErrnoException).path !== undefined;
}
