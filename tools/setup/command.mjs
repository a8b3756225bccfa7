import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Runs a program to its end, without a shell, with English messages.
 * @returns {Promise<string>} its stdout
 * @throws Error with one line, the error of the program or a timeout; its `output` is the whole output
 */
export function command(program, args, { timeoutMs, cwd, env = process.env } = {}) {
  const options = {
    cwd,
    env: { ...env, LC_ALL: "C" },
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const output = stderr || stdout;
      reject(Object.assign(new Error(errorLine(error, output, timeoutMs)), { output }));
    });
  });
}

function errorLine(error, output, timeoutMs) {
  if (error.code === "ENOENT") return "not found";
  if (error.code === "EACCES") return "permission denied";
  if (error.killed) return `timeout after ${timeoutMs / 1000} s`;
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  // The first error line has the cause; the last one often only summarizes.
  const named = lines.find((line) => /^E:|\berror\b/i.test(line));
  return (named ?? lines.at(-1) ?? `ended with ${error.code ?? error.signal}`).trim();
}

/** All executable files of that name in the folders of a PATH, best first. */
export function onPath(name, path = "") {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .filter(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
