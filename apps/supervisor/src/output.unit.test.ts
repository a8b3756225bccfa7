import { PassThrough, Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { outputTo, relayLines } from "./output.ts";

test("lines are relayed whole, translated, and skipped where the translation is undefined", async () => {
  const sink = new PassThrough();
  const source = Readable.from([
    Buffer.from("one\nhid"),
    Buffer.from("den\nlast €").subarray(0, 10),
  ]);
  await relayLines(source, outputTo(sink), (line) => (line === "hidden" ? undefined : `> ${line}`));
  expect(String(sink.read())).toMatch(/^> one\n> last /);
});

test("a slow reader stops the source instead of filling the memory", async () => {
  const release: (() => void)[] = [];
  const slow = new Writable({
    highWaterMark: 4,
    write: (_chunk, _encoding, done) => void release.push(done),
  });
  let produced = 0;
  const source = Readable.from(
    (function* () {
      for (; produced < 100; produced += 1) yield "line\n";
    })(),
    { objectMode: true, highWaterMark: 1 },
  );
  const relayed = relayLines(source, outputTo(slow), (line) => line);
  await new Promise((resolve) => setImmediate(resolve));
  expect(produced).toBeLessThan(10);
  const timer = setInterval(() => release.shift()?.(), 0);
  await relayed;
  clearInterval(timer);
  expect(produced).toBe(100);
});

test("after the end of the reader, lines are dropped without waiting", async () => {
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
  const output = outputTo(broken);
  await output.write("a\n");
  await new Promise((resolve) => setImmediate(resolve));
  await expect(output.write("b\n")).resolves.toBeUndefined();
});
