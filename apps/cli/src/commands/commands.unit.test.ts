import { describe, expect, test } from "vitest";
import { commandHelp, overview } from "../help.ts";
import { findTarget } from "../run.ts";
import { commands } from "./index.ts";

/** The words after `./vega` in an example; settings before it and a pipe after it are the shell's. */
function wordsOf(example: string): string[] {
  const [, line] = /^(?:[A-Z_]+=\S+ )*\.\/vega ([^|]+?)(?: \|.*)?$/.exec(example) ?? [];
  if (line === undefined) throw new Error(`not a command line of ./vega: ${example}`);
  return line.split(" ");
}

test("the overview lists every command with its summary", () => {
  const text = overview(commands, "1.2.3");
  expect(text).toContain("VEGA 1.2.3");
  for (const { name, summary } of commands) {
    expect(text).toMatch(new RegExp(`^ {2}${name} +${summary.replaceAll(".", "\\.")}$`, "m"));
  }
  for (const code of ["0 success", "1 failure", "2 wrong usage", "78 wrong configuration"]) {
    expect(text).toContain(code);
  }
});

test("names and aliases are unique", () => {
  const names = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(commands.map((command) => [command.name, command] as const))("%s", (_, command) => {
  test("its help has summary, usage, arguments, options and examples", () => {
    const text = commandHelp(command);
    const { name, summary, arguments: named = {}, options = {}, examples } = command;
    expect(summary).toMatch(/^[A-Z].{10,}[^.]$/);
    expect(text).toContain(`${summary}.\n`);
    expect(text).toContain(`Usage:\n  vega ${name}`);
    for (const argument of Object.keys(named)) expect(text).toContain(`<${argument}>  `);
    for (const option of Object.keys(options)) expect(text).toContain(`  --${option}`);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(text).toContain(`  ${example}\n`);
  });

  test("its examples fit its declaration", () => {
    for (const example of command.examples) {
      const words = wordsOf(example);
      if (command.name === "help") {
        expect(findTarget(words, commands).kind).toBe("help");
        continue;
      }
      const target = findTarget(words, commands);
      if (target.kind !== "run") throw new Error(`${example} shows the help`);
      expect(target.command).toBe(command);
      expect(() => command.parse(target.words)).not.toThrow();
    }
  });

  test.each(["--help", "-h"])("%s shows its help", (flag) => {
    const words = [...command.name.split(" "), flag];
    expect(findTarget(words, commands).kind).toBe("help");
  });
});
