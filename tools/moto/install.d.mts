/** Installs moto where it is missing; resolves with the server's program. */
export function installMoto(options: { log: (text: string) => void }): Promise<string>;
