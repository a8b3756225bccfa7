/** Start time of the process with that pid, unique to the process; undefined without such a process. */
export function processIdentity(pid: number): string | undefined;
