import type { CloudEvent, JsonObject } from "@vega/contracts";
import { isListed, messageDelta, summaryOf } from "@vega/contracts";
import { expect, test } from "vitest";
import { storedEvents } from "../testing/stored-events.ts";
import { toLiveData } from "./event-data.ts";
import { frameOf, liveFrame } from "./frames.ts";

/*
 * SSE frames and the sentences of the history are a public format. A changed line in wire-format.txt is a change that
 * clients see; `npx vitest run <this file> -u` accepts it.
 */

const historyOf = (type: string, data: unknown) =>
  isListed({ type, data }) ? summaryOf({ type, data }) : "-";

/** Stored conversations have no account, and an event without an account has no recipients. */
const ofAnAccount = (event: CloudEvent): CloudEvent => {
  const data = event.data as JsonObject | null;
  return data?.["owner"] === null ? { ...event, data: { ...data, owner: "ada" } } : event;
};

test("each event type keeps its bytes and its history sentence", async () => {
  const lines = storedEvents().map(({ name, event }) =>
    [
      `# ${name}`,
      frameOf(ofAnAccount(event)).bytes.toString().trimEnd() || "no SSE event",
      `history: ${historyOf(event.type, event.data)}`,
    ].join("\n"),
  );
  await expect(`${lines.join("\n\n")}\n`).toMatchFileSnapshot("./wire-format.txt");
});

test("a live message has no id, no sequence and no time", () => {
  const [conversation_id, message_id] = ["c", "c/00000001"];
  const delta = { owner: "ada", conversation_id, message_id, offset: 7, text: "more\ntext" };
  const sse = toLiveData(messageDelta, delta);
  expect(sse && liveFrame(sse).bytes.toString()).toBe(
    'data: {"type":"message_delta","conversation_id":"c","message_id":"c/00000001","offset":7,"text":"more\\ntext"}\n\n',
  );
});
