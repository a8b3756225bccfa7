import type { RequestContext, RequestContract } from "@vega/contracts";
import { REQUESTS, VegaError, errorGroups, responderOf } from "@vega/contracts";
import type { Span } from "@opentelemetry/api";
import { SpanKind } from "@opentelemetry/api";
import type { ServiceMsg } from "nats";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { isFromSender } from "./inbox.ts";
import { outcomeOf, rpcAttributes } from "./request.ts";
import { endSpan, runInSpan, startChildSpan, traceparentOf } from "./spans.ts";
import {
  addMembers,
  check,
  decodeBody,
  decodeContext,
  encodeBody,
  encodeError,
  refuseOversized,
} from "./wire.ts";

/** Context of a request that a handler gets beside its input. */
export interface RequestMeta {
  readonly context: RequestContext;
  /** End of the caller's timeout, milliseconds since the epoch. */
  readonly deadline: number;
}

export interface Endpoint {
  readonly contract: RequestContract;
  readonly handle: (input: unknown, call: RequestMeta) => Promise<unknown>;
}

/** Binds a handler to its contract. Handlers throw expected failures as VegaError. */
export function endpoint<Input extends z.ZodType, Output extends z.ZodType>(
  contract: RequestContract<Input, Output>,
  handle: (input: z.output<Input>, call: RequestMeta) => Promise<z.input<Output>>,
): Endpoint {
  return { contract, handle: (input, call) => handle(input as z.output<Input>, call) };
}

/** The requests that the contracts declare for a service and that `serve` has to have an endpoint for. */
function missingEndpoints(service: string, endpoints: readonly Endpoint[]): string[] {
  const served = new Set(endpoints.map(({ contract }) => contract.subject));
  return REQUESTS.filter(({ subject, broadcast }) => responderOf(subject) === service && !broadcast)
    .map(({ subject }) => subject)
    .filter((subject) => !served.has(subject));
}

/**
 * Serves endpoints with the NATS Services framework (ADR-32): replicas share a queue group, and respond to `$SRV.PING`,
 * `$SRV.INFO` and `$SRV.STATS`.
 * Throws where a declared request of the service has no endpoint.
 * @returns stops serving once the requests under way have their replies.
 */
export async function serve(
  bus: Bus,
  service: { name: string; version: string; description: string },
  endpoints: readonly Endpoint[],
): Promise<() => Promise<void>> {
  const missing = missingEndpoints(service.name, endpoints);
  if (missing.length > 0) {
    throw new Error(`service ${service.name} has no endpoint for ${missing.join(", ")}`);
  }
  const running = await bus.nats.services.add({ ...service, queue: service.name });
  for (const { contract, handle } of endpoints) {
    running.addEndpoint(contract.subject.split(".").slice(2).join("-"), {
      subject: contract.subject,
      handler: (error, message) => {
        if (error) bus.log.error({ error, subject: contract.subject }, "endpoint failed");
        else if (isFromSender(message)) void reply(bus, contract, handle, message);
        else
          bus.log.error(
            { subject: contract.subject },
            "request without an inbox refused: possibly forged",
          );
      },
    });
  }
  // Requests arrive once the server has the subscriptions.
  await bus.nats.flush();
  return async () => {
    await running.stop();
  };
}

async function reply(
  bus: Bus,
  contract: RequestContract,
  handle: Endpoint["handle"],
  message: ServiceMsg,
): Promise<void> {
  const from = performance.now();
  let outcome = "ok";
  let call: RequestMeta | undefined;
  let span: Span | undefined;
  try {
    const received = decodeContext(message.headers, Date.now());
    call = received;
    const { traceparent } = received.context;
    if (traceparent && bus.tracer) {
      const { subject } = contract;
      const attributes = rpcAttributes(subject);
      span = startChildSpan(bus.tracer, subject, SpanKind.SERVER, attributes, traceparent);
      if (span) {
        const within = { ...received.context, traceparent: traceparentOf(span) };
        call = { ...received, context: within };
      }
    }
    const input = check(contract.input, decodeBody(contract, "input", message), "the request");
    const given = call;
    const handled = runInSpan(span, () => handle(input, given));
    const result = contract.output.safeParse(await handled);
    if (!result.success)
      throw new Error("the reply does not match its contract", { cause: result.error });
    const body = encodeBody(contract, "output", result.data);
    refuseOversized(body.payload, bus.nats.info?.max_payload, "the reply");
    const headers = addMembers(body, undefined);
    message.respond(body.payload, headers && { headers });
  } catch (error) {
    outcome = outcomeOf(error);
    respondError(bus, contract, message, error, call?.context);
  } finally {
    if (span) endSpan(span, outcome === "ok" ? undefined : outcome);
    bus.meter?.served(contract.subject, outcome, (performance.now() - from) / 1_000);
  }
}

function respondError(
  bus: Bus,
  contract: RequestContract,
  message: ServiceMsg,
  error: unknown,
  context: RequestContext | undefined,
): void {
  const typed =
    error instanceof VegaError ? error : new VegaError("internal", "an internal error", [], error);
  if (typed.code === "internal") {
    bus.log.error({ err: error, subject: contract.subject, ...context }, "request failed");
    // A failed error report is not reported: it would fail again.
    if (contract.subject !== errorGroups.requests.report.subject)
      bus.recordError(error, { kind: "request", ...context });
  }
  // A header is one line of ASCII; the body has the whole message.
  const headline = typed.message.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 200);
  if (!bus.nats.isClosed()) {
    message.respondError(typed.status, headline, Buffer.from(encodeError(typed)));
  }
}
