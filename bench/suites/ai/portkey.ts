import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reservePort, until } from "@vega/test-support";
import type { Target } from "./client-messages.ts";
import { PORTKEY } from "./compare.ts";

const PACKAGE = "@portkey-ai/gateway";
/** The version of the figures in docs/decisions. */
const VERSION = "1.15.2";
/** From 1.14.2 on streams through Portkey fail with "TypeError: immutable": its issue 1389. */
const OVERRIDES = { "@hono/node-server": "1.14.1" };
/** Not a dependency: only this benchmark needs it, and only with --portkey. */
const FOLDER = join(
  import.meta.dirname,
  "../../../node_modules/.cache/bench",
  `portkey-${VERSION}`,
);
const PROGRAM = join(FOLDER, "node_modules", PACKAGE, "build/start-server.js");
const START_MS = 30_000;

export interface Portkey {
  readonly target: Target;
  readonly pid: number;
  close(): Promise<void>;
}

/** @returns the error of the installation in one line; undefined on success */
export function installPortkey(): string | undefined {
  if (existsSync(PROGRAM)) return undefined;
  mkdirSync(FOLDER, { recursive: true });
  const wanted = { private: true, dependencies: { [PACKAGE]: VERSION }, overrides: OVERRIDES };
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify(wanted));
  // Its only install script applies patches that the package does not contain.
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawnSync("npm", ["install", "--prefix", FOLDER, ...flags], { encoding: "utf8" });
  if (npm.status === 0 && existsSync(PROGRAM)) return undefined;
  const error = npm.error?.message ?? npm.stderr.trim().split("\n")[0] ?? "";
  return `${PACKAGE}@${VERSION} could not be installed: ${error}`;
}

/** Starts it as its documentation describes, without its request console. @param upstream `http://host:port` */
export async function startPortkey(upstream: string): Promise<Portkey> {
  const port = await reservePort();
  const child = spawn(process.execPath, [PROGRAM, `--port=${port}`, "--headless"], {
    stdio: "ignore",
    env: { PATH: process.env["PATH"], NODE_ENV: "production" },
  });
  const exited = once(child, "exit");
  const close = async () => {
    child.kill();
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    const up = until(
      "Portkey answers",
      async () => (await fetch(url).catch(() => undefined))?.ok === true,
      START_MS,
    );
    const ended = exited.then(([code]) => {
      throw new Error(`Portkey exited with ${String(code)}`);
    });
    await Promise.race([up, ended]);
  } catch (error) {
    await close();
    throw error;
  }
  const headers = {
    authorization: "Bearer any",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstream}/v1`,
  };
  return {
    target: { name: PORTKEY, url, headers, prefix: "" },
    pid: child.pid ?? Number.NaN,
    close,
  };
}
