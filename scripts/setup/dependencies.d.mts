interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/** Whether a package of the lockfile is missing or another one; optional ones may be missing. */
export function lacksSomething(
  locked: Readonly<Record<string, LockedPackage>>,
  installed: Readonly<Record<string, LockedPackage>>,
): boolean;

/** The environment in which npm installs: without misleading settings, on a Node the install does not delete. */
export function installEnv(env: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv;
