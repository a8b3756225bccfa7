import { randomInt } from "node:crypto";
import { findNatsServer } from "../../../tools/nats-server.mjs";
import { proveNatsServer } from "../../../tools/nats-server/prove.mjs";
import { busPasswords, configureBus } from "./bus.ts";
import type { BusToRun } from "./children.ts";
import type { Env } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { freePort } from "./ports.ts";

const NATS_DEFAULT_PORT = 4222;

/**
 * Some ports beside NATS's own. Not from 32768 up, where the system takes those that it gives to whoever asks for any:
 * between the end of a bus and its next start somebody would have it.
 */
const otherPorts = () => Array.from({ length: 20 }, () => randomInt(4223, 5000));

/**
 * Gets everything ready to run a nats-server on a data folder. It keeps its port, for clients know it; but after a
 * start on which it did not come to listen it takes another one. Between the look whether a port is free and its
 * use, or between its end and its next start, another program may have taken it, such as another platform's bus.
 * @param lastUrl of the last run's own bus: its port is kept where it is free
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
  const passwords = busPasswords(folder);
  const configured = async (wanted: readonly number[]) =>
    configureBus(folder, await freePort(wanted), version, passwords);
  let bus = await configured([lastPort, NATS_DEFAULT_PORT, ...otherPorts()]);
  let unheard = false;
  return {
    program,
    version,
    get configFile() {
      return bus.configFile;
    },
    urlFor: (user) => bus.urlFor(user),
    get address() {
      return bus.address;
    },
    async prepare() {
      if (unheard) bus = await configured(otherPorts());
      unheard = true;
    },
    async listening(signal) {
      await bus.listening(signal);
      unheard = false;
    },
  };
}
