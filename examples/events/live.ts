// Prints every event of VEGA from now on. subscriber.ts also prints the events since its last run.
import { connect } from "nats";

const { host, username, password } = new URL(process.env["NATS_URL"] ?? "nats://127.0.0.1:4222");
const bus = await connect({ servers: host, user: username, pass: password });

for await (const message of bus.subscribe("vega.events.>")) {
  // Other clients of this user can have old messages sent here again.
  if (!message.headers?.has("Nats-Msg-Id") || message.headers.has("Nats-Sequence")) continue;
  const event = message.json<{ sequence: number; type: string; data: unknown }>();
  console.log(event.sequence, event.type, JSON.stringify(event.data));
}
