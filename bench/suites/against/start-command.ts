/** `./vega` runs the set-up and then this program. */
const LAUNCHER = "./vega";
const PROGRAM = "node --disable-warning=ExperimentalWarning apps/cli/src/main.ts";

/**
 * The command of a package.json's `start` script without the set-up before it, which may install packages.
 * Throws Error for a manifest without the script.
 */
export function startCommand(manifest: {
  readonly scripts?: Readonly<Record<string, string>>;
}): string {
  const command = manifest.scripts?.["start"]?.split("&&").at(-1)?.trim();
  if (!command) throw new Error("package.json has no start script");
  return command.replace(LAUNCHER, PROGRAM);
}
