/** When the process with that pid was started, as text no other process shares; undefined when none runs. */
export function processIdentity(pid: number): string | undefined;
