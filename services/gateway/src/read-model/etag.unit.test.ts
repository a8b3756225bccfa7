import { expect, test } from "vitest";
import { matchesEtag } from "./etag.ts";

const ETAG = '"log-12"';

test.each([ETAG, `W/${ETAG}`, "*", ` * `, `"a", ${ETAG}`, `"a",W/${ETAG} , "b"`])(
  "%s matches",
  (header) => {
    expect(matchesEtag(header, ETAG)).toBe(true);
  },
);

test.each(["", "log-12", '"log-1"', '"log-123"', `"a", "b"`, '"*"', '"a, log-12"'])(
  "%s does not match",
  (header) => {
    expect(matchesEtag(header, ETAG)).toBe(false);
  },
);
