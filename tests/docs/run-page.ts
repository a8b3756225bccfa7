import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Surroundings } from "./script.ts";

/** @throws Error with the block that failed and what it wrote. */
export async function runScript(script: string, around: Surroundings): Promise<void> {
  const running = spawn("bash", ["-c", script], {
    cwd: around.folder,
    // A group of its own, so that blocks that still run end with the page.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      VEGA_DATA_DIR: `${around.folder}/data`,
      PORT: around.port,
    },
  });
  let output = "";
  for (const stream of [running.stdout, running.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  try {
    const [code, signal] = (await once(running, "exit")) as [number | null, string | null];
    if (code !== 0) throw new Error(`exit ${code ?? signal}:\n${output.slice(-4_000)}`);
  } finally {
    endGroup(running.pid);
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
