import { parseArgs } from "node:util";
import { EXIT_CODES, OperatorError } from "@vega/supervisor/operator-error";
import { nearest } from "./nearest.ts";

/** What a command needs of its surroundings. */
export interface CommandContext {
  /** The folder of the checkout; relative paths in settings start there. */
  readonly root: string;
  /** The folder the command was called in; relative paths among the arguments start there. */
  readonly cwd: string;
  /** Writes a line to stdout. */
  print(line: string): void;
}

export interface OptionDeclaration {
  readonly type: "boolean" | "string";
  readonly multiple?: boolean;
  /** Name of the value in the help, such as "sequence". */
  readonly value?: string;
  readonly description: string;
}

type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;
type OptionValue<Option> = Option extends { type: "boolean" }
  ? boolean
  : Option extends { multiple: true }
    ? readonly string[]
    : string | undefined;

interface Input<Arguments extends string, Options> {
  readonly arguments: Readonly<Record<Arguments, string>>;
  readonly options: { readonly [Name in keyof Options]: OptionValue<Options[Name]> };
  /** The words of `rest`. */
  readonly rest: readonly string[];
}

interface Declaration {
  /** One word or several, such as "audit verify". */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for the list of commands. */
  readonly summary: string;
  readonly details?: string;
  /** Required arguments in their order: name → description. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Any number of further words. */
  readonly rest?: { readonly name: string; readonly description: string };
  readonly options?: OptionDeclarations;
  /** Command lines as a person types them in the checkout. */
  readonly examples: readonly string[];
}

interface Executable<Arguments extends string, Options> extends Declaration {
  readonly arguments?: Readonly<Record<Arguments, string>>;
  readonly options?: Options & OptionDeclarations;
  /** Resolves with the exit code where it is not 0. */
  run(input: Input<Arguments, Options>, context: CommandContext): Promise<ExitCodeOrNothing>;
}

type ExitCodeOrNothing = number | undefined | void;

export interface Command extends Declaration {
  /** @throws UsageError where the words do not fit the declaration. */
  parse(words: readonly string[]): Input<string, OptionDeclarations>;
  /** Parses the words after the command's name and runs it. */
  execute(words: readonly string[], context: CommandContext): Promise<ExitCodeOrNothing>;
}

/** Arguments that do not fit a command; exit code 2. */
export class UsageError extends OperatorError {
  override readonly exitCode = EXIT_CODES.usage;
}

/** Declares a command; the types of its input follow from the declared arguments and options. */
export function defineCommand<
  const Arguments extends string = never,
  const Options extends OptionDeclarations = OptionDeclarations,
>(command: Executable<Arguments, Options>): Command {
  const parse = (words: readonly string[]) => parseWords(command, words);
  return {
    ...command,
    parse,
    execute: async (words, context) =>
      command.run(parse(words) as Input<Arguments, Options>, context),
  };
}

function parseWords(command: Declaration, words: readonly string[]) {
  const options = command.options ?? {};
  const { values, positionals } = parseStrictly(options, words);
  const names = Object.keys(command.arguments ?? {});
  const missing = names.slice(positionals.length);
  if (missing.length > 0) {
    throw new UsageError(`missing argument: ${missing.map((name) => `<${name}>`).join(" ")}`);
  }
  const rest = positionals.slice(names.length);
  if (rest.length > 0 && !command.rest) throw new UsageError(`unexpected argument: ${rest[0]}`);
  const valueOf = (name: string, { type, multiple }: OptionDeclaration) =>
    values[name] ?? (type === "boolean" ? false : multiple ? [] : undefined);
  return {
    arguments: Object.fromEntries(names.map((name, index) => [name, positionals[index] ?? ""])),
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, valueOf(name, option)]),
    ),
    rest,
  } as Input<string, OptionDeclarations>;
}

function parseStrictly(options: OptionDeclarations, words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: { ...options }, allowPositionals: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith("ERR_PARSE_ARGS_")) throw cause;
    throw new UsageError(describe(code, message, Object.keys(options)), { cause });
  }
}

/** Node's message without its advice on `--`, with the nearest option where one is unknown. */
function describe(code: string, message: string, options: readonly string[]): string {
  const [, name = ""] = /'(?:-\w, )?(--?[^' ]+)/.exec(message) ?? [];
  if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    return message.includes("does not take")
      ? `unexpected value of option ${name}`
      : `missing value of option ${name}`;
  }
  const meant = nearest(name.replace(/^-+/, ""), [...options, "help"]);
  return `unknown option: ${name}${meant === undefined ? "" : `; did you mean --${meant}?`}`;
}
