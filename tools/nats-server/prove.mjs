import { command } from "../setup/command.mjs";

/** The oldest nats-server that VEGA is tested with. */
export const MINIMUM = "2.9.0";

/**
 * Runs a nats-server's `--version`, the only proof that it is one and that it runs on this machine.
 * @returns {Promise<string>} its version, as "2.9.10"
 * @throws Error: it does not run, is something else, or is too old.
 */
export async function proveNatsServer(path) {
  const said = await command(path, ["--version"], { timeoutMs: 10_000 });
  const version = /^nats-server: v(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (!version) throw new Error(`\`--version\` says ${JSON.stringify(said.trim().slice(0, 80))}`);
  if (!atLeast(version, MINIMUM)) throw new Error(`is ${version}, older than ${MINIMUM}`);
  return version;
}

/** Whether a version as "2.10.1" is another one or newer, number by number. */
export function atLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split(".").map(Number));
  const at = b.findIndex((part, index) => a[index] !== part);
  return at === -1 || a[at] > b[at];
}
