import { findNatsServer } from "../nats-server.mjs";
import { proveNatsServer } from "../nats-server/prove.mjs";
import { configureBus } from "./bus.ts";
import type { BusToRun } from "./children.ts";
import type { Env } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { freePort } from "./ports.ts";

const NATS_DEFAULT_PORT = 4222;

/**
 * Gets everything ready to run a nats-server on a data folder.
 * @param lastUrl of the last run's bus: its port is kept where it is free, for clients that know it
 * @throws OperatorError when there is no nats-server, or its folder can't be used.
 */
export async function prepareBus(options: {
  readonly root: string;
  readonly env: Env;
  readonly folder: string;
  readonly lastUrl: string | undefined;
  readonly log: (text: string) => void;
}): Promise<BusToRun> {
  const { root, env, folder, lastUrl, log } = options;
  const program = await findNatsServer({ env, log, root }).catch((cause: Error) => {
    throw new OperatorError(cause.message, { cause });
  });
  const version = await proveNatsServer(program);
  const lastPort = Number(lastUrl && URL.parse(lastUrl)?.port) || NATS_DEFAULT_PORT;
  const port = await freePort([lastPort, NATS_DEFAULT_PORT]);
  return { program, version, ...configureBus(folder, port, version) };
}
