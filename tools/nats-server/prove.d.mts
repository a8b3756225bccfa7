/** The version of a nats-server, such as "2.9.10". @throws Error when it does not run or is too old */
export function proveNatsServer(path: string): Promise<string>;

/** Whether a version such as "2.10.1" is the minimum or newer, compared by number. */
export function atLeast(version: string, minimum: string): boolean;

/** The oldest version that VEGA is tested with. */
export const MINIMUM: string;
