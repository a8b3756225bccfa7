/** The version of a nats-server, as "2.9.10"; throws Error when it does not run or is too old. */
export function proveNatsServer(path: string): Promise<string>;

/** Whether a version as "2.10.1" is another one or newer, number by number. */
export function atLeast(version: string, minimum: string): boolean;

/** The oldest that VEGA is tested with. */
export const MINIMUM: string;
