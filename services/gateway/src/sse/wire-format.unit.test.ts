import { expect, test } from "vitest";
import { summaryOf, TOLD } from "../history/summary.ts";
import { storedEvents } from "../testing/stored-events.ts";
import { frameOf } from "./frames.ts";

/*
 * SSE frames and the sentences of the history are a public format. A changed line in wire-format.txt is a change that
 * clients see; `npx vitest run <this file> -u` accepts it.
 */

const historyOf = (action: string, data: unknown) =>
  TOLD.has(action)
    ? summaryOf({ action, data: data as Parameters<typeof summaryOf>[0]["data"] })
    : "-";

test("each event type has the bytes and the sentence that clients know", async () => {
  const lines = storedEvents().map(({ name, event }) =>
    [
      `# ${name}`,
      frameOf(event).bytes.toString().trimEnd() || "no SSE event",
      `history: ${historyOf(event.type, event.data)}`,
    ].join("\n"),
  );
  await expect(`${lines.join("\n\n")}\n`).toMatchFileSnapshot("./wire-format.txt");
});
