import type { z } from "zod";
import type { BusService } from "../bus/services.ts";
import type { ErrorCode } from "./errors.ts";

/** A request and its reply on one NATS subject. */
export interface RequestContract<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** `vega.<service>.<entity>.<verb>`: the service is the one that replies. */
  readonly subject: string;
  /** The services that may send it; the bus refuses all others. */
  readonly callers: readonly BusService[];
  readonly input: Input;
  readonly output: Output;
  /** Codes that the handler itself may reply with; `unavailable`, `timeout` and `internal` are always possible. */
  readonly errors: readonly ErrorCode[];
  /** Time that the caller waits for the reply, in milliseconds. */
  readonly timeoutMs: number;
  /** Goes to every instance of the service instead of one; the first reply counts. */
  readonly broadcast?: true;
  /**
   * The side whose member `bytes` (`bytesSchema`) is the payload of the message as it is; its other members are in a header.
   * Default: both sides are JSON.
   */
  readonly raw?: "input" | "output";
}

/** What a caller passes to a request, and what the reply holds. */
export type RequestInput<Contract extends RequestContract> = z.input<Contract["input"]>;
export type RequestOutput<Contract extends RequestContract> = z.output<Contract["output"]>;

/** Declares a request of an entity. Its subject stands here and nowhere else. */
export function defineRequest<Input extends z.ZodType, Output extends z.ZodType>(
  contract: Omit<RequestContract<Input, Output>, "timeoutMs"> & { timeoutMs?: number },
): RequestContract<Input, Output> {
  return { timeoutMs: 5_000, ...contract };
}
