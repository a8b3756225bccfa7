import type { RequestContext, RequestContract } from "@vega/contracts";
import { BUS_SERVICES, VegaError } from "@vega/contracts";
import type { Span } from "@opentelemetry/api";
import { SpanKind } from "@opentelemetry/api";
import type { Msg } from "nats";
import type { z } from "zod";
import type { Bus } from "./connect.ts";
import { yieldToEventLoop } from "./yield-to-event-loop.ts";
import { endSpan, startChildSpan, traceparentOf } from "./spans.ts";
import type { Body } from "./wire.ts";
import {
  addMembers,
  check,
  decodeBody,
  decodeError,
  encodeBody,
  encodeContext,
  ERROR_CODE_HEADER,
  refuseOversized,
} from "./wire.ts";

/**
 * Sends a request to a service and returns its validated reply.
 * Throws VegaError: the error of the service; `unavailable` where no instance serves the subject or the bus is
 * disconnected (the request was not executed); `timeout` without a reply in time (it may have been executed).
 */
export async function request<Input extends z.ZodType, Output extends z.ZodType>(
  bus: Bus,
  contract: RequestContract<Input, Output>,
  input: z.input<Input>,
  context: RequestContext,
): Promise<z.output<Output>> {
  assertCaller(bus.name, contract);
  const from = performance.now();
  const span = spanOf(bus, contract.subject, context);
  let outcome = "ok";
  try {
    const sent = span ? { ...context, traceparent: traceparentOf(span) } : context;
    return await exchange(bus, contract, input, sent);
  } catch (error) {
    outcome = outcomeOf(error);
    throw error;
  } finally {
    if (span) endSpan(span, outcome === "ok" ? undefined : outcome);
    bus.meter?.sent(contract.subject, outcome, (performance.now() - from) / 1_000);
  }
}

/** A caller that the contract does not list is a programming error; the bus would refuse the request without a reply. */
function assertCaller(name: string, { subject, callers }: RequestContract): void {
  const known: readonly string[] = callers;
  if (known.includes(name) || !SERVICES.includes(name)) return;
  throw new Error(`${name} is not among the callers of ${subject}: add it to the contract`);
}

const SERVICES: readonly string[] = BUS_SERVICES;

/** Only within a trace: the services' own periodic requests would outnumber all others. */
function spanOf({ tracer }: Bus, subject: string, context: RequestContext): Span | undefined {
  if (!tracer) return undefined;
  const attributes = rpcAttributes(subject);
  return startChildSpan(tracer, subject, SpanKind.CLIENT, attributes, context.traceparent);
}

/** https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/ */
export const rpcAttributes = (subject: string): Record<string, string> => ({
  "rpc.system.name": "nats",
  "rpc.method": subject,
});

/** Outcome of a request, for metrics. */
export const outcomeOf = (error: unknown): string =>
  error instanceof VegaError ? error.code : "internal";

async function exchange<Input extends z.ZodType, Output extends z.ZodType>(
  bus: Bus,
  contract: RequestContract<Input, Output>,
  input: z.input<Input>,
  context: RequestContext,
): Promise<z.output<Output>> {
  const body = encodeBody(contract, "input", check(contract.input, input, "the request"));
  refuseOversized(body.payload, bus.nats.info?.max_payload, "the request");
  await yieldToEventLoop();
  // The client would buffer the request and send it after the caller had given up.
  if (!bus.connected())
    throw new VegaError("unavailable", "the message bus is unavailable; try again");
  const reply = await send(bus, contract, body, context);
  const status = reply.headers?.get(ERROR_CODE_HEADER);
  if (status) throw decodeError(status, reply.string());
  const result = contract.output.safeParse(decodeBody(contract, "output", reply));
  if (result.success) return result.data;
  throw new VegaError(
    "internal",
    `the reply of ${contract.subject} does not match its contract`,
    [],
    result.error,
  );
}

async function send(
  bus: Bus,
  contract: RequestContract,
  body: Body,
  context: RequestContext,
): Promise<Msg> {
  const { subject, timeoutMs } = contract;
  const headers = addMembers(body, encodeContext(context, timeoutMs));
  const reply = await bus
    .exchange(subject, body.payload, headers, timeoutMs)
    .catch((cause: unknown) => {
      throw new VegaError("unavailable", "the message bus is unavailable; try again", [], cause);
    });
  if (reply.kind === "message") return reply.message;
  if (reply.kind === "no_responders") {
    throw new VegaError("unavailable", "the service is unavailable; try again");
  }
  throw new VegaError("timeout", "no reply in time; the outcome is unknown");
}
