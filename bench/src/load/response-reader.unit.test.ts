import { expect, test } from "vitest";
import { responseReader } from "./response-reader.ts";

const RESPONSE = "HTTP/1.1 201 Created\r\nA: b\r\nContent-Length: 5\r\n\r\nhello";

test("a response is read at any split into chunks", () => {
  for (let cut = 1; cut < RESPONSE.length; cut += 1) {
    const statuses: number[] = [];
    const read = responseReader((status) => void statuses.push(status));
    for (const text of [RESPONSE, RESPONSE]) {
      read(Buffer.from(text.slice(0, cut)));
      read(Buffer.from(text.slice(cut)));
    }
    expect(statuses).toEqual([201, 201]);
  }
});

test("responses without a length and with surplus bytes are rejected", () => {
  const read = responseReader(() => undefined);
  expect(() => read(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"))).toThrow("without Content-Length");
  expect(() => responseReader(() => undefined)(Buffer.from(`${RESPONSE}HTTP`))).toThrow("longer");
});
