import type { Command } from "./command.ts";

const HELP_OPTION = { name: "-h, --help", description: "show this help" };

/** `vega backup <file>`. */
export function usageLine({ name, arguments: named = {}, rest, options = {} }: Command): string {
  const words = Object.keys(named).map((argument) => `<${argument}>`);
  if (rest) words.push(`[${rest.name}…]`);
  if (Object.keys(options).length > 0) words.push("[options]");
  return ["vega", name, ...words].join(" ");
}

export function commandHelp(command: Command): string {
  const { summary, details, arguments: named = {}, rest, options = {}, examples } = command;
  const words = Object.entries(named).map(([name, description]) => ({
    name: `<${name}>`,
    description,
  }));
  if (rest) words.push({ name: `[${rest.name}…]`, description: rest.description });
  const flags = Object.entries(options).map(([name, { value, multiple, description }]) => ({
    name: value === undefined ? `--${name}` : `--${name} <${value}>`,
    description: multiple ? `${description}; may be repeated` : description,
  }));
  return [
    `${summary}.`,
    ...(details === undefined ? [] : ["", details]),
    "",
    "Usage:",
    `  ${usageLine(command)}`,
    ...section("Arguments", words),
    ...section("Options", [...flags, HELP_OPTION]),
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

export function overview(commands: readonly Command[], version: string): string {
  const rows = commands.map(({ name, summary }) => ({ name, description: summary }));
  return [
    `VEGA ${version}, a self-hosted AI gateway and multi-AI orchestration platform.`,
    "",
    "Usage:",
    "  vega <command> [arguments] [options]",
    ...section("Commands", rows),
    "",
    "`vega <command> --help` shows arguments, options and examples of a command.",
    "Settings come from the environment and from .env; .env.example lists them.",
    "Exit codes: 0 success, 1 failure or fault found, 2 wrong usage, 78 wrong configuration.",
    "",
  ].join("\n");
}

function section(title: string, rows: readonly { name: string; description: string }[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`);
  return ["", `${title}:`, ...lines];
}
