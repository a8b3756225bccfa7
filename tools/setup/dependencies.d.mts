import type { SetupProgress } from "./progress.d.mts";

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

interface Level {
  /** Whether development dependencies are needed. */
  readonly dev: boolean;
}

/** Whether node_modules lacks a package of package-lock.json. */
export function needsInstall(root: string, level: Level): boolean;

/** Whether a required package is missing or differs; optional ones may be missing. */
export function lacksSomething(
  locked: Readonly<Record<string, LockedPackage>>,
  installed: Readonly<Record<string, LockedPackage>>,
  level: Level,
): boolean;

/** The environment for npm: without misleading settings, with a Node that the installation does not delete. */
export function installEnv(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv;

/** Installs the packages of the lockfile, without running their scripts. */
export function installDependencies(
  root: string,
  options: Level & { env: NodeJS.ProcessEnv; progress: SetupProgress },
): Promise<void>;
