import type { z } from "zod";
import type { DocumentChange } from "./document.ts";
import type { ErrorCode } from "./errors.ts";

/** A question or a command and its answer: NATS request/reply on one subject. */
export interface RequestContract<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** `vega.<service>.<entity>.<verb>` */
  readonly subject: string;
  readonly input: Input;
  readonly output: Output;
  /** Codes that the handler itself may answer with; `unavailable`, `timeout` and `internal` are always possible. */
  readonly errors: readonly ErrorCode[];
  /** How long the caller waits, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a request is asked with, and what it is answered with. */
export type RequestInput<Contract extends RequestContract> = z.input<Contract["input"]>;
export type RequestOutput<Contract extends RequestContract> = z.output<Contract["output"]>;

/** Names a request. The subject is written here and nowhere else. */
export function defineRequest<Input extends z.ZodType, Output extends z.ZodType>(
  contract: Omit<RequestContract<Input, Output>, "timeoutMs"> & { timeoutMs?: number },
): RequestContract<Input, Output> {
  return { timeoutMs: 5_000, ...contract };
}

/** Something that happened and is in the log: one entry, one CloudEvent, one SSE event. */
export interface EventContract<Data extends z.ZodType = z.ZodType, Type extends string = string> {
  /** `vega.<entity>.<happened>.v1` */
  readonly type: Type;
  /** `vega.events.<entity>.<happened>` */
  readonly subject: string;
  readonly data: Data;
  /** What the event did to documents: their after-images, from the event's data alone. */
  readonly changes: (data: z.output<Data>) => DocumentChange[];
}

/** Names an event of the log; the NATS subject follows from entity and verb. */
export function defineEvent<
  Data extends z.ZodType,
  Entity extends string,
  Happened extends string,
>(contract: {
  entity: Entity;
  happened: Happened;
  data: Data;
  changes: (data: z.output<Data>) => DocumentChange[];
}): EventContract<Data, `vega.${Entity}.${Happened}.v1`> {
  return {
    type: `vega.${contract.entity}.${contract.happened}.v1`,
    subject: `vega.events.${contract.entity}.${contract.happened}`,
    data: contract.data,
    changes: contract.changes,
  };
}
