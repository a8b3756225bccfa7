# Prints every event of VEGA once, in order, from where it stopped the last time; see docs/events.md.
import asyncio, json, os, pathlib
import nats


async def main():
    cursor = pathlib.Path(os.environ.get("CURSOR_FILE", "cursor"))
    bus = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
    live = await bus.subscribe("vega.events.>")
    at = int(cursor.read_text()) if cursor.exists() else 0
    while True:
        try:
            stored = await bus.jsm().get_msg("VEGA_EVENTS", at + 1, "vega.events.>", direct=True, next=True)
        except (nats.errors.Error, nats.js.errors.Error):
            try: await live.next_msg(timeout=1)
            except nats.errors.Error: pass
            continue
        event = json.loads(stored.data)
        print(event["sequence"], event["type"], json.dumps(event["data"]), flush=True)
        at = stored.seq
        cursor.write_text(str(at))


asyncio.run(main())
