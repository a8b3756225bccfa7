import { command } from "../setup/command.mjs";

/** The oldest nats-server that VEGA is tested with. */
export const MINIMUM = "2.9.0";

/**
 * Runs `nats-server --version`, which proves that the program runs on this machine.
 * @returns {Promise<string>} its version, such as "2.9.10"
 * @throws Error when it does not run, is another program, or is too old
 */
export async function proveNatsServer(path) {
  const output = await command(path, ["--version"], { timeoutMs: 10_000 });
  const version = /^nats-server: v(\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (!version)
    throw new Error(
      `unexpected output of --version: ${JSON.stringify(output.trim().slice(0, 80))}`,
    );
  if (!atLeast(version, MINIMUM)) throw new Error(`is ${version}, older than ${MINIMUM}`);
  return version;
}

/** Whether a version such as "2.10.1" is the minimum or newer, compared by number. */
export function atLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split(".").map(Number));
  const at = b.findIndex((part, index) => a[index] !== part);
  return at === -1 || a[at] > b[at];
}
