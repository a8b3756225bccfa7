import { randomUUID } from "node:crypto";

/** An id for a tool call of a provider that gives none, in the form of OpenAI's. */
export const newToolCallId = (): string => `call_${randomUUID().replaceAll("-", "")}`;
