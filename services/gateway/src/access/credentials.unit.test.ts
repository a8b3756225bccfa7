import { expect, test } from "vitest";
import { readCredential } from "./credentials.ts";

test.each([
  [{}, { kind: "none" }],
  [{ cookie: "other=1" }, { kind: "none" }],
  [{ cookie: "vega_session=" }, { kind: "none" }],
  [{ cookie: "a=1; vega_session=x.y.z; b=2" }, { kind: "cookie", secret: "x.y.z" }],
  [{ cookie: "not_vega_session=x" }, { kind: "none" }],
  [{ authorization: "Bearer x.y.z" }, { kind: "bearer", secret: "x.y.z" }],
  [{ authorization: "bearer  x.y.z " }, { kind: "bearer", secret: "x.y.z" }],
  [{ authorization: "Bearer vega_abc" }, { kind: "api_key", secret: "vega_abc" }],
  [{ authorization: "Basic YTpi" }, { kind: "unreadable" }],
  [{ authorization: "Bearer" }, { kind: "unreadable" }],
  [{ authorization: "", cookie: "vega_session=x" }, { kind: "unreadable" }],
  [
    { authorization: "Bearer x", cookie: "vega_session=y" },
    { kind: "bearer", secret: "x" },
  ],
])("%j", (headers, credential) => {
  expect(readCredential(headers)).toEqual(credential);
});
