# Prints every event of VEGA from now on. subscriber.py also prints the events since its last run.
import asyncio, json, os, nats

async def main():
    bus = await nats.connect(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
    async for message in (await bus.subscribe("vega.events.>")).messages:
        # Other clients of this user can have old messages sent here again.
        if "Nats-Msg-Id" not in (message.headers or {}) or "Nats-Sequence" in message.headers: continue
        event = json.loads(message.data)
        print(event["sequence"], event["type"], json.dumps(event["data"]), flush=True)

asyncio.run(main())
