/** Installs moto where need be; resolves with its server's program. */
export function installMoto(options: { log: (text: string) => void }): Promise<string>;
