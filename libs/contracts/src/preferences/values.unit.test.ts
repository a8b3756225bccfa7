import { expect, test } from "vitest";
import { preferenceValuesSchema } from "./values.ts";

const pathsOf = (value: unknown) => {
  const { error } = preferenceValuesSchema.safeParse(value);
  return error?.issues.map(({ path }) => path.join("/")) ?? "accepted";
};

test("known members of the right type and any further members are kept", () => {
  const value = {
    theme: "dark",
    motion: "reduced",
    language: "de-AT",
    alerts: true,
    sound: false,
    soundscape: { preset: "mine", base_hz: 432, binaural_hz: 7.83, volume: 0, playing: true, x: 1 },
    distil_conversations: "yes",
    "vega-seo": { keywords: ["æ", "∞"] },
  };
  expect(preferenceValuesSchema.parse(value)).toEqual(value);
  expect(preferenceValuesSchema.parse({})).toEqual({});
});

test.each([
  [{ theme: "blue" }, ["theme"]],
  [{ motion: true }, ["motion"]],
  [{ language: "<script>" }, ["language"]],
  [{ alerts: "on", sound: 1 }, ["alerts", "sound"]],
  [{ soundscape: "loud" }, ["soundscape"]],
  [{ soundscape: { volume: 1.1 } }, ["soundscape/volume"]],
  [
    { soundscape: { base_hz: 19, binaural_hz: -1 } },
    ["soundscape/base_hz", "soundscape/binaural_hz"],
  ],
  [{ soundscape: { profile_url: "javascript:alert(1)" } }, ["soundscape/profile_url"]],
  [{ further: { constructor: 1 } }, [""]],
  [{ further: "\ud800" }, [""]],
  [[], [""]],
])("%j is refused by name", (value, paths) => {
  expect(pathsOf(value)).toEqual(paths);
});
