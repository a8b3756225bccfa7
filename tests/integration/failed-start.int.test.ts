import * as ai from "@vega/ai";
import * as gateway from "@vega/gateway";
import type { Service } from "@vega/service-kit";
import { startNatsServer, until } from "@vega/test-support";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

/* A start that fails after the bus was connected closes what it had opened. */

let nats: Awaited<ReturnType<typeof startNatsServer>>;
/** Takes the port that the service under test wants. */
const squatter = createServer();
let port = 0;
beforeAll(async () => {
  nats = await startNatsServer();
  squatter.listen(0, "127.0.0.1");
  await once(squatter, "listening");
  ({ port } = squatter.address() as AddressInfo);
});
afterAll(async () => {
  squatter.close();
  await nats.close();
});

/** What keeps the event loop alive, each kind with its number. */
function handles(): Record<string, number> {
  const found: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

const env = () => ({
  NODE_ENV: "test",
  LOG_LEVEL: "silent",
  VEGA_ADMIN_TOKEN: "a-token-for-tests-only",
  VEGA_INTERNAL_TOKEN: "an-internal-token-for-tests-only",
});

const starters: [name: string, start: () => Promise<Service>][] = [
  [
    "gateway",
    () =>
      gateway.startGateway(
        gateway.envToConfig({
          ...env(),
          NATS_URL: nats.urlOf("gateway"),
          HOST: "127.0.0.1",
          PORT: String(port),
        }),
      ),
  ],
  [
    "ai",
    () =>
      ai.startAi(
        ai.envToConfig({
          ...env(),
          NATS_URL: nats.urlOf("ai"),
          AI_GRPC_LISTEN: `127.0.0.1:${port}`,
        }),
      ),
  ],
];

test.each(starters)("%s on an occupied port leaves nothing open", async (_name, start) => {
  // The first start loads what stays for the process, such as worker threads of the DNS resolver.
  await expect(start()).rejects.toThrow(/EADDRINUSE|No address added/);
  const before = handles();
  await expect(start()).rejects.toThrow(/EADDRINUSE|No address added/);
  await until("sockets and timers are gone", () => {
    const now = handles();
    const kinds = ["TCPSocketWrap", "TCPServerWrap", "Timeout"];
    return kinds.every((kind) => (now[kind] ?? 0) <= (before[kind] ?? 0));
  });
});
