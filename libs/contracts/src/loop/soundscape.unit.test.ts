import fc from "fast-check";
import { expect, test } from "vitest";
import { PHASES } from "./documents.ts";
import { SOUND_STATES, soundscapeOf } from "./soundscape.ts";

const cores = (...powers: number[]) => powers.map((power) => ({ power }));
const online = cores(100, 81, 90, 97);

test.each([
  ["no core has power", { active: true, phase: 8 }, cores(0, 0, 0, 0), "void", 55, 8, 0],
  ["the loop is stopped", { active: false, phase: 5 }, online, "entry", 110, 0, 0.92],
  ["phase 3", { active: true, phase: 3 }, online, "calibration", 220, 3, 0.92],
  ["phase 5", { active: true, phase: 5 }, cores(100, 0, 1, 10), "resonance", 432, 5, 0.28],
  [
    "phase 8, one core not online",
    { active: true, phase: 8 },
    cores(100, 100, 80, 100),
    "flow",
    528,
    8,
    0.95,
  ],
  ["phase 8, all cores online", { active: true, phase: 8 }, online, "integration", 639, 8, 0.92],
] as const)("%s", (_name, loop, given, state, base_hz, binaural_hz, intensity) => {
  expect(soundscapeOf(loop, given)).toMatchObject({ state, base_hz, binaural_hz, intensity });
});

test("any state has a known base frequency, and gains that do not clip", () => {
  const power = fc.integer({ min: 0, max: 100 });
  const anyLoop = fc.record({ active: fc.boolean(), phase: fc.constantFrom(...PHASES) });
  fc.assert(
    fc.property(anyLoop, fc.array(power, { maxLength: 6 }), (loop, powers) => {
      const sound = soundscapeOf(loop, cores(...powers));
      expect(sound.base_hz).toBe(SOUND_STATES[sound.state]);
      const gain = sound.layers.reduce((sum, layer) => sum + layer.gain, 0);
      expect(gain).toBeLessThanOrEqual(1.19 * sound.intensity + 0.003);
      expect(sound.intensity).toBeLessThanOrEqual(1);
    }),
  );
});
