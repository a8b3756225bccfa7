import type { Outcome } from "@vega/contracts";
import { messages } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPerson } from "../../../tests/integration/people.ts";
import { opening, piece } from "../../src/upstream/completion-text.ts";
import type { Target } from "./client-messages.ts";
import { storedSection } from "./stored.ts";

/* Reports of the benchmark on completions that are not stored as received. The test takes the role of the ai service. */

let network: Network;
beforeAll(async () => {
  const services = ["state", "auth", "gateway"] as const;
  network = await startNetwork({ services, env: { VEGA_REGISTRATION: "open" } });
});
afterAll(() => network?.close());

const NO_TIMEOUT_MS = 0;

async function createAccount() {
  const { id, access } = await newPerson(network.api);
  const headers = { authorization: `Bearer ${access}` };
  const target: Target = { name: "VEGA", url: network.api.url, headers, prefix: "" };
  const actor = { actor: { id: "system:ai" } };
  const store = async (nonce: string, status: Outcome["status"] = "complete") => {
    const started = await request(
      network.bus,
      messages.requests.start,
      {
        owner: id,
        conversation_id: randomUUID(),
        lease_seconds: 30,
        create: {},
        messages: [{ role: "user", content: "What do ravens know?" }],
      },
      actor,
    );
    const outcome = { status, content: opening(nonce, 20) + piece(0) };
    const ended = { owner: id, message_id: started.message.id, outcome };
    await request(network.bus, messages.requests.finish, ended, actor);
  };
  const faults = async (nonces: readonly string[]) =>
    (await storedSection(target, new Set(nonces), NO_TIMEOUT_MS)).faults;
  return { store, faults };
}

test("completions on more than one page are all found", async () => {
  const { store, faults } = await createAccount();
  const nonces = Array.from({ length: 205 }, (_, number) => `run1-${number}`);
  await Promise.all(nonces.map((nonce) => store(nonce)));
  expect(await faults(nonces)).toEqual([]);
});

test("missing, truncated and duplicate completions are reported", async () => {
  const { store, faults } = await createAccount();
  await store("run1-0");
  await store("run1-1", "truncated");
  expect(await faults(["run1-0", "run1-1", "run1-2"])).toEqual([
    "2 of 3 completions are not stored",
  ]);
  await store("run1-0");
  expect(await faults(["run1-0"])).toEqual(["1 completions are stored twice"]);
});
