import { VegaError, memory, systemContext } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";

/* A stop closes the endpoints first, then the writer, then the bus: see `startService`. */

let network: Network;
beforeAll(async () => {
  network = await startNetwork({ services: ["state"] });
});
afterAll(() => network.close());

const WRITERS = 64;
const context = systemContext("test");
const namespace = "default";

test("a stop of state under load replies to every request, and keeps what it acknowledged", async () => {
  const { bus } = network;
  const stored: string[] = [];
  /** Writes until a write fails. Resolves with the code of the error. */
  const writeOn = async (name: string): Promise<string> => {
    for (let n = 0; ; n += 1) {
      // A few keys per writer: a namespace has a limit.
      const key = `${name}-${n % 10}`;
      try {
        await request(
          bus,
          memory.requests.put,
          { namespace, values: [{ key, value: n }] },
          context,
        );
        stored.push(key);
      } catch (error) {
        return error instanceof VegaError ? error.code : String(error);
      }
    }
  };
  const ends = Array.from({ length: WRITERS }, (_, n) => writeOn(`w${n}`));
  await until("all write", () => stored.length > 5 * WRITERS);
  await network.stop("state");
  // `timeout` would be a request that the service received without a reply, `internal` one that met a closed store.
  expect(new Set(await Promise.all(ends))).toEqual(new Set(["unavailable"]));

  await network.start("state");
  for (const key of new Set(stored)) {
    await request(bus, memory.requests.get, { namespace, key }, context);
  }
});
