import { audit, systemContext } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import { expect, test } from "vitest";
import { createIdentity } from "./identity.ts";

test("a stop waits for the audit entries that it writes", async () => {
  const { promise: reply, resolve } = Promise.withResolvers<never>();
  const written: string[] = [];
  const identity = createIdentity({
    adminToken: "a-token-for-tests-only",
    services: {
      request: async (contract) => {
        await reply;
        written.push(contract.subject);
        return {} as never;
      },
    },
    log: createLogger("gateway", "silent"),
    now: () => 0,
  });
  const context = systemContext("gateway");
  const denial = { method: "GET", route: "/api/audit", reason: "unauthorized", context } as const;
  identity.denied(denial);
  identity.denied(denial);

  const stopped = identity.stop().then(() => written.length);
  resolve(undefined as never);
  expect(await stopped).toBe(2);
  expect(written).toEqual([audit.requests.note.subject, audit.requests.note.subject]);
});
