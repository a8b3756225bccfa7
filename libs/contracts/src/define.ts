import type { z } from "zod";
import type { NotStreamed, Streamed } from "./audience.ts";
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

/** Something that happened and is in the log: one entry, one CloudEvent, at most one SSE event. */
export interface EventContract<Data extends z.ZodType = z.ZodType, Type extends string = string> {
  /** `vega.<entity>.<happened>.v1` */
  readonly type: Type;
  /** `vega.events.<entity>.<happened>` */
  readonly subject: string;
  readonly data: Data;
  /** What the event did to documents: their after-images, from the event's data alone. */
  readonly changes: (data: z.output<Data>) => DocumentChange[];
  /** One sentence for the documentation: what happened. */
  readonly summary: string;
  /** One sentence for the history about one event; null where the history does not list events of this type. */
  readonly describe: ((data: z.output<Data>) => string) | null;
  /** Null where GET /api/events does not send the event. */
  readonly streamed: Streamed<z.output<Data>> | null;
}

/** Names an event of the log; the NATS subject follows from entity and verb. No member has a default. */
export function defineEvent<Data extends z.ZodType, Entity extends string, Happened extends string>(
  declaration: Pick<EventContract<Data>, "data" | "changes" | "summary" | "describe"> & {
    readonly entity: Entity;
    readonly happened: Happened;
  } & (Streamed<z.output<Data>> | NotStreamed),
): EventContract<Data, `vega.${Entity}.${Happened}.v1`> {
  const { entity, happened, data, changes, summary, describe } = declaration;
  return {
    type: `vega.${entity}.${happened}.v1`,
    subject: `vega.events.${entity}.${happened}`,
    data,
    changes,
    summary,
    describe,
    streamed: declaration.sse && {
      audience: declaration.audience,
      requires: declaration.requires,
      sse: declaration.sse,
    },
  };
}
