// Prints every event of VEGA from now on. subscriber.ts has those, too, that came while it was away.
import { connect } from "nats";

const { host, username, password } = new URL(process.env["NATS_URL"] ?? "nats://127.0.0.1:4222");
const bus = await connect({ servers: host, user: username, pass: password });

for await (const message of bus.subscribe("vega.events.>")) {
  // Others that share this user can have old ones sent here again.
  if (!message.headers?.has("Nats-Msg-Id") || message.headers.has("Nats-Sequence")) continue;
  const event = message.json<{ sequence: number; type: string; data: unknown }>();
  console.log(event.sequence, event.type, JSON.stringify(event.data));
}
