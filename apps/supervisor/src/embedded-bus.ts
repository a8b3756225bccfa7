import { randomInt } from "node:crypto";
import { findNatsServer } from "../../../tools/nats-server.mjs";
import { proveNatsServer } from "../../../tools/nats-server/prove.mjs";
import { busPasswords, configureBus } from "./bus.ts";
import type { RunnableBus } from "./children.ts";
import type { Env } from "./environment.ts";
import { OperatorError } from "./operator-error.ts";
import { freePort } from "./ports.ts";

const NATS_DEFAULT_PORT = 4222;

/**
 * Alternatives to NATS's default port, below 32768: the system assigns ports above that to other programs, which could
 * take one between two starts of the bus.
 */
const otherPorts = () => Array.from({ length: 20 }, () => randomInt(4223, 5000));

/**
 * Prepares a nats-server on a data folder. It keeps its port across restarts, because clients know it. After a start
 * that failed to listen it changes the port: another program may have taken it after the check, or between two starts.
 * @param lastUrl URL of the last run's embedded bus; its port is used again where it is free
 * @throws OperatorError when no nats-server is found, or its folder can't be used
 */
export async function prepareBus(options: {
  readonly root: string;
  readonly env: Env;
  readonly folder: string;
  readonly lastUrl: string | undefined;
  readonly log: (text: string) => void;
}): Promise<RunnableBus> {
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
  let isUnproven = false;
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
      if (isUnproven) bus = await configured(otherPorts());
      isUnproven = true;
    },
    async listening(signal) {
      await bus.listening(signal);
      isUnproven = false;
    },
  };
}
