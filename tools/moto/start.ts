import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { reservePort } from "../reserve-port.ts";
import { installMoto } from "./install.mjs";

const START_MS = 30_000;
const POLL_MS = 50;

/** An S3 server for tests, on loopback. It accepts any key and any signature. */
export interface Moto {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** Installs moto where it is missing; resolves when it responds. @throws Error with reason and remedy */
export async function startMoto(options: { readonly log: (text: string) => void }): Promise<Moto> {
  const program = await installMoto(options);
  const port = await reservePort();
  const child = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (child.exitCode !== null || performance.now() > until) throw new Error("moto did not start");
    await delay(POLL_MS);
  }
  return {
    url,
    async close() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
