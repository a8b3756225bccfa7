import fc from "fast-check";
import { expect, test } from "vitest";
import type { Start } from "./delivered-prefix.ts";
import { carries, createPrefixFilter, emptyPrefix } from "./delivered-prefix.ts";

const BEGINNING: Start = { from: "beginning" };

/** Filters pieces of text. @returns the output, or `diverged` */
function passAll(filter: ReturnType<typeof createPrefixFilter>, pieces: readonly string[]): string {
  let text = "";
  for (const content of pieces) {
    const passed = filter.pass({ content });
    if (passed === "diverged") return "diverged";
    text += (passed.delta?.content as string | undefined) ?? "";
  }
  return text;
}

const cut = fc.array(fc.string({ minLength: 0, maxLength: 4 }), { maxLength: 12 });

test("property: a repeated completion continues exactly after the delivered text", () => {
  fc.assert(
    fc.property(cut, fc.nat(40), fc.integer({ min: 1, max: 5 }), (pieces, brokeAt, size) => {
      const whole = pieces.join("");
      const sent = emptyPrefix();
      const first = passAll(createPrefixFilter(sent, BEGINNING), [whole.slice(0, brokeAt)]);
      const again = [];
      for (let at = 0; at < whole.length; at += size) again.push(whole.slice(at, at + size));
      const filter = createPrefixFilter(sent, BEGINNING);
      expect(first + passAll(filter, again)).toBe(whole);
      expect(filter.mayEnd()).toBe(true);
      expect(sent.text).toBe(whole);
    }),
  );
});

test("a different completion diverges, and a shorter one may not end", () => {
  const sent = emptyPrefix();
  passAll(createPrefixFilter(sent, BEGINNING), ["The sky is blue"]);
  expect(passAll(createPrefixFilter(sent, BEGINNING), ["The ", "sea"])).toBe("diverged");
  const shorter = createPrefixFilter(sent, BEGINNING);
  expect(passAll(shorter, ["The sky"])).toBe("");
  expect(shorter.mayEnd()).toBe(false);
  expect(createPrefixFilter(sent, BEGINNING).pass({ tool_calls: [{ index: 0 }] })).toBe("diverged");
  expect(sent.text).toBe("The sky is blue");
});

test.each([
  [["foo"], "foo"],
  [[" foo"], "foo"],
  [[" ", "\nfoo"], "foo"],
  [[" \n\n foo"], "\n foo"],
])("after a prefill %j continues as %j behind blanks", (pieces, rest) => {
  const sent = { ...emptyPrefix(), text: "bar \n" };
  const filter = createPrefixFilter(sent, { from: "prefill", blanks: " \n" });
  expect(passAll(filter, pieces)).toBe(rest);
  expect(filter.mayEnd()).toBe(true);
});

test("role and reasoning are delivered once; unrepeatable parts are recorded", () => {
  const sent = emptyPrefix();
  const first = createPrefixFilter(sent, BEGINNING);
  expect(first.pass({ role: "assistant", content: "", tool_calls: null })).toEqual({
    delta: { role: "assistant", content: "", tool_calls: null },
  });
  first.pass({ reasoning_content: "hm" });
  expect(sent).toEqual({ text: "", role: true, reasoning: true, fixed: false });
  const second = createPrefixFilter(sent, BEGINNING);
  expect(second.pass({ role: "assistant", content: "" })).toEqual({ delta: undefined });
  expect(second.pass({ reasoning_content: "well" })).toEqual({ delta: undefined });
  expect(second.pass({ content: "a" })).toEqual({ delta: { content: "a" } });
  second.pass({ tool_calls: [{ index: 0 }] });
  expect(sent.fixed).toBe(true);
});

test("a role or an empty text is not content", () => {
  expect(carries({ role: "assistant", content: "", refusal: null, tool_calls: [] })).toBe(false);
  expect(carries({ reasoning_content: "x" })).toBe(true);
});
