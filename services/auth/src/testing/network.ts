import type { RequestContext, RequestContract, RequestInput, RequestOutput } from "@vega/contracts";
import { eventLog, sessions, users } from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Network, NetworkOptions } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { onTestFinished } from "vitest";

export const PASSWORD = "correct horse battery";
export const ADMIN_PASSWORD = "an admin's own password";

/** A network of state and auth, with a client that has its own address. */
export async function given(options: NetworkOptions = {}) {
  const env = { VEGA_ADMIN_PASSWORD: ADMIN_PASSWORD, VEGA_REGISTRATION: "open", ...options.env };
  const network = await startNetwork({ services: ["state", "auth"], ...options, env });
  onTestFinished(() => network.close());
  return { network, ...clientOf(network) };
}

let addresses = 0;

export function clientOf(network: Network) {
  // Each test has its own address, so that throttles of one test do not affect another.
  const address = `203.0.113.${(addresses += 1)}`;
  const context = (id = "anonymous", from = address): RequestContext => ({
    actor: { id, address: from, user_agent: "a test" },
  });
  const send = <Contract extends RequestContract>(
    contract: Contract,
    input: RequestInput<Contract>,
    as = context(),
  ): Promise<RequestOutput<Contract>> =>
    request(network.bus, contract, input, as) as Promise<RequestOutput<Contract>>;
  const signUp = async (username: string, email?: string) =>
    (await send(users.requests.register, { username, password: PASSWORD, email: email ?? null }))
      .user;
  const logIn = (username: string, password = PASSWORD) =>
    send(sessions.requests.logIn, { username, password });
  const events = async () => (await send(eventLog.requests.read, { after: 0, limit: 500 })).events;
  return { send, signUp, logIn, events, context };
}

/** What a rejected request has to match. */
export const code = (expected: string) => ({ code: expected });
