import { describe, expect, test } from "vitest";
import { createEventOrder, eventReader } from "./event-reader.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const STREAM = `${HEAD}retry: 2000\n\nid: 7\ndata: {"type":"connected"}\n\n: heartbeat\n\nid: 8\ndata: {}\n\n`;

describe("a reader of events", () => {
  test.each([1, 7, STREAM.length])("returns each event once, in chunks of %i bytes", (size) => {
    const events: [number, string][] = [];
    const retries: number[] = [];
    const reader = eventReader(
      (sequence, block) => events.push([sequence, block]),
      (ms) => retries.push(ms),
    );
    for (let at = 0; at < STREAM.length; at += size) reader.read(STREAM.slice(at, at + size));
    expect(events).toEqual([
      [7, 'id: 7\ndata: {"type":"connected"}'],
      [8, "id: 8\ndata: {}"],
    ]);
    expect(retries).toEqual([2_000]);
  });

  test("rejects a response that is not an event stream", () => {
    const reader = eventReader(
      () => undefined,
      () => undefined,
    );
    expect(() => reader.read("HTTP/1.1 503 Service Unavailable\r\n\r\n")).toThrow("status 503");
  });
});

describe("the order of events", () => {
  test("is correct where all subscribers receive the same, also with sequences that none receives", () => {
    const order = createEventOrder();
    for (const _ of ["one", "another"]) {
      expect([order.check(1, 2), order.check(2, 4), order.check(4, 5)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  test("a duplicate, a step back and a missed event are errors", () => {
    const order = createEventOrder();
    order.check(1, 2);
    order.check(2, 3);
    expect(order.check(2, 2)).toBe("2 came after 2");
    expect(order.check(3, 2)).toBe("2 came after 3");
    expect(order.check(1, 3)).toBe("3 came after 1, for others 2");
  });
});
