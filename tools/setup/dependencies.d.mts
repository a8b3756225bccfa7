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

/** Whether node_modules lacks something of package-lock.json. */
export function needsInstall(root: string, level: Level): boolean;

/** Whether a needed package is missing or another one; optional ones may be missing. */
export function lacksSomething(
  locked: Readonly<Record<string, LockedPackage>>,
  installed: Readonly<Record<string, LockedPackage>>,
  level: Level,
): boolean;

/** The environment in which npm installs: without misleading settings, on a Node the install does not delete. */
export function installEnv(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv;

/** Installs what the lockfile says, without running any package's script. */
export function installDependencies(
  root: string,
  options: Level & { env: NodeJS.ProcessEnv; progress: SetupProgress },
): Promise<void>;
