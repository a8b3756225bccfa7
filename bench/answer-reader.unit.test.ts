import { expect, test } from "vitest";
import { answerReader } from "./answer-reader.ts";

const ANSWER = "HTTP/1.1 201 Created\r\nA: b\r\nContent-Length: 5\r\n\r\nhello";

test("an answer is read wherever it is cut", () => {
  for (let cut = 1; cut < ANSWER.length; cut += 1) {
    const statuses: number[] = [];
    const read = answerReader((status) => void statuses.push(status));
    for (const text of [ANSWER, ANSWER]) {
      read(Buffer.from(text.slice(0, cut)));
      read(Buffer.from(text.slice(cut)));
    }
    expect(statuses).toEqual([201, 201]);
  }
});

test("what it can't measure it refuses", () => {
  const read = answerReader(() => undefined);
  expect(() => read(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"))).toThrow("without Content-Length");
  expect(() => answerReader(() => undefined)(Buffer.from(`${ANSWER}HTTP`))).toThrow("more came");
});
