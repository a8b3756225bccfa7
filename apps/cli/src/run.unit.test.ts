import { OperatorError, SettingsError } from "@vega/supervisor/operator-error";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "./command.ts";
import { defineCommand } from "./command.ts";
import { commands } from "./commands/index.ts";
import { runCommandLine } from "./run.ts";

const ROOT = join(import.meta.dirname, "../../..");

async function run(words: readonly string[], known: readonly Command[] = commands) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(words, known, {
    root: ROOT,
    cwd: ROOT,
    print: (line) => out.push(line),
    printError: (line) => err.push(line),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const copy = defineCommand({
  name: "copy",
  aliases: ["cp"],
  summary: "Copy a file",
  arguments: { from: "the source", to: "the target" },
  options: {
    force: { type: "boolean", description: "overwrite" },
    tag: { type: "string", multiple: true, value: "name", description: "a tag" },
    mode: { type: "string", value: "octal", description: "the mode" },
  },
  examples: ["./vega copy a b"],
  run({ arguments: { from, to }, options }, { print }) {
    print(JSON.stringify({ from, to, ...options }));
    return Promise.resolve();
  },
});

/** A command that ends with the error. */
const failing = (error: Error) =>
  defineCommand({
    name: "fail",
    summary: "Fail",
    examples: ["./vega fail"],
    run: () => Promise.reject(error),
  });

test("arguments and options reach the command, in any order and by any of its names", async () => {
  const all = ["--tag", "x", "a", "--tag=y", "b", "--force", "--mode", "600"];
  for (const name of ["copy", "cp"]) {
    const { code, out } = await run([name, ...all], [copy]);
    expect(JSON.parse(out)).toEqual({
      from: "a",
      to: "b",
      force: true,
      tag: ["x", "y"],
      mode: "600",
    });
    expect(code).toBe(0);
  }
  const { out } = await run(["copy", "a", "--", "--force"], [copy]);
  expect(JSON.parse(out)).toEqual({ from: "a", to: "--force", force: false, tag: [] });
});

test.each([
  [["copy", "a"], "missing argument: <to>"],
  [["copy"], "missing argument: <from> <to>"],
  [["copy", "a", "b", "c"], "unexpected argument: c"],
  [["copy", "a", "b", "--fore"], "unknown option: --fore; did you mean --force?"],
  [["copy", "a", "b", "--unheard-of"], "unknown option: --unheard-of"],
  [["copy", "a", "b", "-f"], "unknown option: -f"],
  [["copy", "a", "b", "--force=yes"], "unexpected value of option --force"],
  [["copy", "a", "b", "--mode"], "missing value of option --mode"],
])("wrong usage %j is exit code 2 and shows the usage", async (words, message) => {
  const { code, out, err } = await run(words, [copy]);
  expect(code).toBe(2);
  expect(err.split("\n")[0]).toMatch(new RegExp(`^vega: ${message.replaceAll("?", "\\?")}($|;)`));
  expect(err).toContain("Usage: vega copy <from> <to> [options]");
  expect(err).toContain("vega copy --help");
  expect(out).toBe("");
});

test.each([
  [["bakcup", "x"], "unknown command: bakcup; did you mean `vega backup`?"],
  [["audit", "verfy"], "unknown command: audit verfy; did you mean `vega audit verify`?"],
  [["xyzzy-plugh"], "unknown command: xyzzy-plugh"],
  [["secrets"], "incomplete command: secrets; commands: secrets compose, secrets kubernetes"],
  [["help", "bakcup"], "unknown command: bakcup; did you mean `vega backup`?"],
  [["--bogus"], "unknown command: --bogus"],
])("%j is exit code 2 and names the nearest command", async (words, message) => {
  const { code, err } = await run(words);
  expect(err.split("\n")).toEqual([`vega: ${message}`, "  `vega help` shows more."]);
  expect(code).toBe(2);
});

test.each([
  [1, new OperatorError("disk full")],
  [1, Object.assign(new Error("ENOENT: /x"), { path: "/x" })],
  [78, new SettingsError("PORT=x must be a number")],
])("exit code %i for %s, with its message alone", async (expected, error) => {
  const { code, err } = await run(["fail"], [failing(error)]);
  expect(err).toBe(`vega: ${error.message}`);
  expect(code).toBe(expected);
});

test("an unexpected error is not hidden", async () => {
  await expect(run(["fail"], [failing(new TypeError("boom"))])).rejects.toThrow("boom");
});

test.each([[[]], [["help"]], [["--help"]], [["-h"]]])("%j shows the overview", async (words) => {
  const { code, out, err } = await run(words);
  expect(out).toContain("Commands:\n  start ");
  expect([code, err]).toEqual([0, ""]);
});

test("help with a command is the command's --help", async () => {
  const { code, out } = await run(["help", "audit", "verify"]);
  expect(out).toContain("--anchor <sequence:hash>");
  expect(out).toBe((await run(["audit", "verify", "--help"])).out);
  expect(out).toBe((await run(["audit-verify", "-h"])).out);
  expect(code).toBe(0);
});

test.each([[["version"]], [["--version"]]])("%j prints the version", async (words) => {
  expect(await run(words)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^vega \d+\.\d+\.\d+/),
  });
});
