import { once } from "node:events";
import type { RequestListener } from "node:http";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Manner } from "./answer-text.ts";
import { modelOf, opening, piece } from "./answer-text.ts";
import { ask } from "./ask.ts";
import type { Upstream } from "./upstream.ts";
import { startUpstream } from "./upstream.ts";

const WAIT_MS = 20;
const agent = new Agent();
let upstream: Upstream;
beforeAll(async () => void (upstream = await startUpstream(WAIT_MS)));
afterAll(() => upstream.close());

const command = (url: string, stream: boolean, manner: Manner) => {
  const one = { clients: 1, seconds: 0, open: false, run: "test", headers: {} };
  return { ...one, url, stream, model: modelOf(manner), chunks: manner.chunks };
};

test.each([
  { stream: false, chunks: 1, gapMs: 0 },
  { stream: false, chunks: 40, gapMs: 0 },
  { stream: true, chunks: 1, gapMs: 0 },
  { stream: true, chunks: 4, gapMs: 30 },
])(
  "an answer is timed piece by piece: $chunks chunks, stream $stream",
  async ({ stream, ...manner }) => {
    const timing = await ask(command(upstream.url, stream, manner), agent, "n-1");
    expect(timing.transits).toHaveLength(manner.chunks);
    // No assertion on durations: only how they belong together.
    expect(timing.way).toBeLessThan(timing.first);
    expect(timing.total).toBeGreaterThanOrEqual(timing.first);
    expect(timing.longestGap > 0).toBe(manner.gapMs > 0);
  },
);

/** Where every request is answered so. */
async function server(answer: RequestListener): Promise<string> {
  const listening = createServer(answer).listen(0, "127.0.0.1");
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
  ["nothing but a head", true, () => "", "the stream ended before"],
  ["no end", true, () => sse(delta(start()), delta(piece(1))), "the stream ended before"],
  ["a piece lost", true, () => sse(delta(start()), FINISH) + DONE, "1 pieces came, not 2"],
  [
    "an error in the stream",
    true,
    () => sse(delta(start()), { error: { code: "x" } }),
    '"code":"x"',
  ],
  ["no JSON", true, () => "data: {\n\n", "JSON"],
  ["cut", false, () => whole(start(), "length"), "not finished"],
  ["too short", false, () => whole(start(), "stop"), "1 pieces came, not 2"],
  [
    "another's",
    false,
    () => whole(opening("n-2", 1) + piece(0) + piece(1), "stop"),
    "to n-1 but to n-2",
  ],
])("a wrong answer is told from a right one: %s", async (_, stream, body, fault) => {
  const url = await server(
    (request, response) => void request.resume().on("end", () => response.end(body())),
  );
  const asked = ask(command(url, stream, { chunks: 2, gapMs: 0 }), agent, "n-1");
  await expect(asked).rejects.toThrow(fault);
});

test("a right answer of such a server is taken", async () => {
  const url = await server((_, response) => response.end(whole(start() + piece(1), "stop")));
  const timing = await ask(command(url, false, { chunks: 2, gapMs: 0 }), agent, "n-1");
  expect(timing.transits).toHaveLength(2);
});

test("a connection that breaks off is no answer, nor is another status", async () => {
  const broken = await server((_, response) => {
    response.write(sse(delta(start())), () => response.destroy());
  });
  const manner = { chunks: 2, gapMs: 0 };
  await expect(ask(command(broken, true, manner), agent, "n-1")).rejects.toThrow("aborted");
  const refused = await server((_, response) => response.writeHead(503).end("busy"));
  await expect(ask(command(refused, true, manner), agent, "n-1")).rejects.toThrow("503: busy");
});
