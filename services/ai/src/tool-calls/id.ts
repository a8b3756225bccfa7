import { randomUUID } from "node:crypto";

/** An id in OpenAI's form, for providers that send none. */
export const newToolCallId = (): string => `call_${randomUUID().replaceAll("-", "")}`;
