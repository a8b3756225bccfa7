# Prints every event of VEGA once, in order, from its stored position; see docs/reference/events.md.
import asyncio, json, os, pathlib
import nats


async def main():
    cursor = pathlib.Path(os.environ.get("CURSOR_FILE", "cursor"))
    bus = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
    live = await bus.subscribe("vega.events.>")
    at = json.loads(cursor.read_text()) if cursor.exists() else {"place": 0, "sequence": 0}

    async def event_from(place):
        """The first event at or after a position of the stream."""
        try:
            return await bus.jsm().get_msg("VEGA_EVENTS", place, "vega.events.>", direct=True, next=True)
        except (nats.errors.Error, nats.js.errors.Error):
            return None

    while True:
        stored = await event_from(at["place"] + 1)
        if stored:
            event = json.loads(stored.data)
            if event["sequence"] > at["sequence"]:
                print(event["sequence"], event["type"], json.dumps(event["data"]), flush=True)
            at = {"place": stored.seq, "sequence": max(at["sequence"], event["sequence"])}
            cursor.write_text(json.dumps(at))
        elif at["place"] > 0 and not await event_from(at["place"]):
            # A bus that lost its storage restarts its positions.
            at["place"] = 0
        else:
            try: await live.next_msg(timeout=1)
            except nats.errors.Error: pass


asyncio.run(main())
