import type { z } from "zod";
import type { NotStreamed, Streamed } from "./audience.ts";
import type { DocumentChange } from "./document.ts";

/** An event as its entity declares it; the entity's name completes the type. */
export interface EventDeclaration<
  Data extends z.ZodType = z.ZodType,
  Type extends string = string,
> {
  /** Only for an event whose type does not follow from the entity: `vega.<entity>.<happened>.v1`. */
  readonly type?: Type | undefined;
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

/** Something that happened and is in the log: one entry, one CloudEvent, at most one SSE event. */
export interface EventContract<
  Data extends z.ZodType = z.ZodType,
  Type extends string = string,
> extends EventDeclaration<Data, Type> {
  /** `vega.<entity>.<happened>.v1` */
  readonly type: Type;
  /** `vega.events.<entity>.<happened>` */
  readonly subject: string;
}

/** Declares an event of an entity. No member has a default, `type` excepted. */
export function defineEvent<Data extends z.ZodType, const Type extends string = never>(
  declaration: Omit<EventDeclaration<Data, Type>, "streamed"> &
    (Streamed<z.output<Data>> | NotStreamed),
): EventDeclaration<Data, Type> {
  const { type, data, changes, summary, describe } = declaration;
  return {
    type,
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
