import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/* The file `vega` of the checkout, as a person calls it. */

const VEGA = join(import.meta.dirname, "../../../vega");

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vega-bin-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function call(program: string, args: readonly string[], cwd: string, env = {}) {
  const options = { cwd, env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env } };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(program, [...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

test("it runs in any folder, by its path and through links, also relative ones and on the PATH", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "bin with blanks"));
  symlinkSync(VEGA, join(folder, "link"));
  const relative = join(folder, "bin with blanks", "vega");
  symlinkSync("../link", relative);
  const found = { PATH: `${join(folder, "bin with blanks")}:${process.env["PATH"]}` };
  for (const [program, env] of [
    [VEGA, {}],
    ["./link", {}],
    [relative, {}],
    ["vega", found],
  ] as const) {
    expect(await call(program, ["version"], folder, env)).toEqual({
      code: 0,
      out: expect.stringMatching(/^vega \d+\.\d+\.\d+\n$/),
      err: "",
    });
  }
});

test("paths of arguments start at the caller's folder, the settings at the checkout", async () => {
  const folder = newFolder();
  const missing = { VEGA_DATA_DIR: join(folder, "none"), VEGA_ADMIN_TOKEN: "x".repeat(16) };
  const { code, err } = await call(VEGA, ["import", "sub/x.json"], folder, missing);
  expect(err).toBe(`vega: can't read ${join(folder, "sub/x.json")}: no such file or folder\n`);
  expect(code).toBe(1);
});

test("exit codes reach the shell: wrong usage 2, wrong settings 78", async () => {
  const folder = newFolder();
  expect((await call(VEGA, ["bakcup"], folder)).code).toBe(2);
  const wrong = await call(VEGA, ["replay"], folder, { PORT: "x", VEGA_DATA_DIR: folder });
  expect(wrong).toMatchObject({ code: 78, err: expect.stringMatching(/^vega: PORT=x must be/) });
});

test("without Node.js the message names what to install", async () => {
  const folder = newFolder();
  // A copy: the checkout brings a Node of its own.
  copyFileSync(VEGA, join(folder, "vega"));
  const tools = ["dirname", "readlink"].map((name) => [`/usr/bin/${name}`, join(folder, name)]);
  for (const [tool = "", link = ""] of tools) symlinkSync(tool, link);
  const { code, err } = await call("/bin/sh", [join(folder, "vega"), "help"], folder, {
    PATH: folder,
  });
  expect(err).toContain("install Node.js 20 or newer");
  expect(code).toBe(1);
});
