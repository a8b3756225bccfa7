// Prints every event of VEGA once, in order, from where it stopped the last time; see docs/events.md.
import { connect } from "nats";
import { readFile, writeFile } from "node:fs/promises";

const { host, username, password } = new URL(process.env["NATS_URL"] ?? "nats://127.0.0.1:4222");
const cursor = process.env["CURSOR_FILE"] ?? "cursor";
const bus = await connect({ servers: host, user: username, pass: password });
let wake = () => {};
bus.subscribe("vega.events.>", { callback: () => wake() });

let at = Number(await readFile(cursor, "utf8").catch(() => 0));
for (;;) {
  const place = JSON.stringify({ seq: at + 1, next_by_subj: "vega.events.>" });
  const stored = await bus.request("$JS.API.DIRECT.GET.VEGA_EVENTS", place).catch(() => undefined);
  const found = Number(stored?.headers?.get("Nats-Sequence"));
  if (stored && found) {
    const event = stored.json<{ sequence: number; type: string; data: unknown }>();
    console.log(event.sequence, event.type, JSON.stringify(event.data));
    await writeFile(cursor, String((at = found)));
  } else await new Promise<void>((resolve) => setTimeout((wake = resolve), 1_000));
}
