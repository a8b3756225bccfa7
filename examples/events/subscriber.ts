// Prints every event of VEGA once, in order, from its stored position; see docs/reference/events.md.
import { connect } from "nats";
import { readFile, writeFile } from "node:fs/promises";

const { host, username, password } = new URL(process.env["NATS_URL"] ?? "nats://127.0.0.1:4222");
const cursor = process.env["CURSOR_FILE"] ?? "cursor";
const bus = await connect({ servers: host, user: username, pass: password });
let wake = () => {};
bus.subscribe("vega.events.>", { callback: () => wake() });

/** The first event at or after a position of the stream. */
async function eventFrom(place: number) {
  const query = JSON.stringify({ seq: place, next_by_subj: "vega.events.>" });
  const stored = await bus.request("$JS.API.DIRECT.GET.VEGA_EVENTS", query).catch(() => undefined);
  const found = Number(stored?.headers?.get("Nats-Sequence"));
  if (!stored || !found) return undefined;
  return { place: found, ...stored.json<{ sequence: number; type: string; data: unknown }>() };
}

let { place, sequence } = JSON.parse(
  await readFile(cursor, "utf8").catch(() => '{ "place": 0, "sequence": 0 }'),
) as { place: number; sequence: number };
for (;;) {
  const event = await eventFrom(place + 1);
  if (event) {
    const { type, data } = event;
    if (event.sequence > sequence) console.log(event.sequence, type, JSON.stringify(data));
    sequence = Math.max(sequence, event.sequence);
    await writeFile(cursor, JSON.stringify({ place: (place = event.place), sequence }));
  } else if (place > 0 && !(await eventFrom(place))) {
    // A bus that lost its storage restarts its positions.
    place = 0;
  } else await new Promise<void>((resolve) => setTimeout((wake = resolve), 1_000));
}
