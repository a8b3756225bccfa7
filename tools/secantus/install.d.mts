/** The folder of a Python environment with SecantusDB; its programs are in `bin/`. */
export function installSecantus(options: { log: (text: string) => void }): Promise<string>;
