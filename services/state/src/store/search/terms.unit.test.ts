import { SEARCHED_CHARACTERS } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldText, hasTerms, placeOfTerms, queryTerms, termsOf } from "./terms.ts";

test.each([
  ["Straße STRASSE STRAẞE", ["strasse"]],
  ["Ærø Aero ÆØÅ", ["aero", "aeoa"]],
  ["Łódź, Đakovo; Þór", ["lodz", "dakovo", "thor"]],
  ["café cafe\u0301 CAFÉ", ["cafe"]],
  ["ΟΔΟΣ οδός", ["οδοσ"]],
  ["İstanbul ISTANBUL ısı", ["istanbul", "isi"]],
  ["ﬁve ｆｕｌｌ ²", ["five", "full", "2"]],
  ["last_topic vega.ai it's", ["last", "topic", "vega", "ai", "it", "s"]],
  ["Ёлка ёлка Елка", ["елка"]],
  ["שָׁלוֹם مُحَمَّد", ["שלום", "محمد"]],
  ["हिन्दी", ["हिन्दी"]],
  ["한국어 한국", ["한국어", "한국"]],
  ["東京都 が", ["東京", "京都", "都", "が"]],
  ["ภาษา", ["ภา", "าษ", "ษา", "า"]],
  ["2026年 x東y", ["2026", "年", "x", "東", "y"]],
  ["a 🦅b 👩‍💻", ["a", "🦅", "b", "👩", "💻"]],
  ["?! – … \u0000 \ud800", []],
  ["", []],
])("%j has the terms %j", (text, terms) => {
  expect(termsOf(text, 100)).toEqual(terms);
});

test("long words, long texts and many words are cut", () => {
  expect(termsOf("x".repeat(500), 10)).toEqual(["x".repeat(32)]);
  expect(termsOf("𝒳".repeat(40) + "Å".repeat(40), 10)[0]).toBe("x".repeat(32));
  expect(queryTerms("x".repeat(500))).toEqual(["x".repeat(32)]);
  expect(termsOf("a b c d", 2)).toEqual(["a", "b"]);
  expect(termsOf(`${" ".repeat(SEARCHED_CHARACTERS)}late`, 10)).toEqual([]);
  const many = Array.from({ length: 50 }, (_, n) => `${n}x`).join(" ");
  expect(queryTerms(many)).toHaveLength(16);
});

test("a query has no term for the last character of a run, nor one that another begins with", () => {
  expect(queryTerms("東京都")).toEqual(["東京", "京都"]);
  expect(queryTerms("京")).toEqual(["京"]);
  expect(queryTerms("ra raven r RAVEN")).toEqual(["raven"]);
});

test("every part of a run without spaces finds it, and the beginning of every word", () => {
  const run = fc.string({
    unit: fc.constantFrom("東", "京", "都", "大", "学", "生"),
    minLength: 1,
    maxLength: 8,
  });
  const at = fc.nat(7);
  fc.assert(
    fc.property(run, at, at, (text, from, length) => {
      const part = text.slice(from, from + length + 1);
      if (part !== "") expect(hasTerms(`x ${text}`, queryTerms(part))).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, other) => {
      // What was stored is found by itself, and in the middle of other text.
      expect(hasTerms(`${one} ${other}`, queryTerms(one))).toBe(true);
      expect(foldText(foldText(one))).toBe(foldText(one));
    }),
  );
});

test("a place is where the first matching word begins", () => {
  expect(placeOfTerms("The Cafés of Ærø", ["aero"])).toBe(13);
  expect(placeOfTerms("The Cafés of Ærø", ["aero", "cafe"])).toBe(4);
  expect(placeOfTerms("夜の東京", ["東京"])).toBe(2);
  expect(placeOfTerms("nothing", ["x"])).toBe(-1);
});
