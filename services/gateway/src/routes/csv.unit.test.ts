import type { AuditEntry } from "@vega/contracts";
import { expect, test } from "vitest";
import { toCsvLine } from "./csv.ts";

const entry: AuditEntry = {
  sequence: 7,
  id: "i",
  time: "2026-01-31T12:00:00.000Z",
  action: "vega.agent.changed.v1",
  subject: "agents/miracore",
  actor: "admin-token",
  address: "127.0.0.1",
  user_agent: '=HYPERLINK("http://evil.test"),x\nnext',
  request_id: null,
  traceparent: null,
  data: { a: "b,c" },
  erased: false,
  digest: "d",
  previous_hash: "p",
  hash: "ab",
};

test("cells are quoted where necessary and never formulas", () => {
  expect(toCsvLine(entry)).toBe(
    "7,2026-01-31T12:00:00.000Z,vega.agent.changed.v1,agents/miracore,admin-token,127.0.0.1," +
      '"\'=HYPERLINK(""http://evil.test""),x\nnext",,"{""a"":""b,c""}",false,ab\r\n',
  );
});
