import { once } from "node:events";
import type { RequestListener } from "node:http";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Shape } from "../../src/upstream/completion-text.ts";
import { modelOf, opening, piece } from "../../src/upstream/completion-text.ts";
import { complete } from "./complete.ts";
import type { Upstream } from "../../src/upstream/upstream.ts";
import { startUpstream } from "../../src/upstream/upstream.ts";

const WAIT_MS = 20;
const agent = new Agent();
let upstream: Upstream;
beforeAll(async () => void (upstream = await startUpstream(WAIT_MS)));
afterAll(() => upstream.close());

const command = (url: string, stream: boolean, shape: Shape) => {
  const one = { clients: 1, seconds: 0, open: false, run: "test", headers: {} };
  return { ...one, url, stream, model: modelOf(shape), chunks: shape.chunks };
};

test.each([
  { stream: false, chunks: 1, gapMs: 0 },
  { stream: false, chunks: 40, gapMs: 0 },
  { stream: true, chunks: 1, gapMs: 0 },
  { stream: true, chunks: 4, gapMs: 30 },
])(
  "a completion is timed piece by piece: $chunks chunks, stream $stream",
  async ({ stream, ...shape }) => {
    const timing = await complete(command(upstream.url, stream, shape), agent, "n-1");
    expect(timing.transits).toHaveLength(shape.chunks);
    // Only relations: durations depend on the machine.
    expect(timing.way).toBeLessThan(timing.first);
    expect(timing.total).toBeGreaterThanOrEqual(timing.first);
    expect(timing.longestGap > 0).toBe(shape.gapMs > 0);
  },
);

/** A server with one response to all requests. */
async function server(respond: RequestListener): Promise<string> {
  const listening = createServer(respond).listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => void listening.close());
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const sse = (...values: unknown[]) =>
  values.map((it) => `data: ${JSON.stringify(it)}\n\n`).join("");
const delta = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
const FINISH = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
const DONE = "data: [DONE]\n\n";
const start = () => opening("n-1", WAIT_MS) + piece(0);
const whole = (content: string, finish_reason: string) =>
  JSON.stringify({ choices: [{ index: 0, message: { content }, finish_reason }] });

test.each([
  ["an empty body", true, () => "", "the stream ended before"],
  ["a missing end", true, () => sse(delta(start()), delta(piece(1))), "the stream ended before"],
  ["a lost piece", true, () => sse(delta(start()), FINISH) + DONE, "1 pieces came, not 2"],
  [
    "an error in the stream",
    true,
    () => sse(delta(start()), { error: { code: "x" } }),
    '"code":"x"',
  ],
  ["malformed JSON", true, () => "data: {\n\n", "JSON"],
  ["cut", false, () => whole(start(), "length"), "not finished"],
  ["too short", false, () => whole(start(), "stop"), "1 pieces came, not 2"],
  [
    "another request's completion",
    false,
    () => whole(opening("n-2", 1) + piece(0) + piece(1), "stop"),
    "the completion of n-2, not n-1",
  ],
])("a wrong completion is rejected: %s", async (_, stream, body, fault) => {
  const url = await server(
    (request, response) => void request.resume().on("end", () => response.end(body())),
  );
  const completed = complete(command(url, stream, { chunks: 2, gapMs: 0 }), agent, "n-1");
  await expect(completed).rejects.toThrow(fault);
});

test("a correct completion of such a server is accepted", async () => {
  const url = await server((_, response) => response.end(whole(start() + piece(1), "stop")));
  const timing = await complete(command(url, false, { chunks: 2, gapMs: 0 }), agent, "n-1");
  expect(timing.transits).toHaveLength(2);
});

test("a broken connection and another status are errors", async () => {
  const broken = await server((_, response) => {
    response.write(sse(delta(start())), () => response.destroy());
  });
  const shape = { chunks: 2, gapMs: 0 };
  await expect(complete(command(broken, true, shape), agent, "n-1")).rejects.toThrow("aborted");
  const refused = await server((_, response) => response.writeHead(503).end("busy"));
  await expect(complete(command(refused, true, shape), agent, "n-1")).rejects.toThrow("503: busy");
});
