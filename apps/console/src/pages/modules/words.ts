import { words } from "../../i18n/words.ts";

export const t = words({
  subtitle: [
    "Switches of the system. A module that is off closes what it gates at once, on every gateway.",
    "Schalter des Systems. Ein ausgeschaltetes Modul sperrt sofort, was es steuert, auf jedem Gateway.",
  ],
  gates: ["What it gates", "Was es steuert"],
  label: ["a label only; it gates nothing", "nur eine Bezeichnung; es steuert nichts"],
  on: ["on", "an"],
  off: ["off", "aus"],
  turnOn: [(name: string) => `Turn on ${name}`, (name: string) => `${name} einschalten`],
  turnOff: [(name: string) => `Turn off ${name}`, (name: string) => `${name} ausschalten`],
  changed: [
    (name: string) => `${name} was switched`,
    (name: string) => `${name} wurde umgeschaltet`,
  ],
  confirm: [(name: string) => `Turn off ${name}?`, (name: string) => `${name} ausschalten?`],
  effect: [(what: string) => `This disables ${what}.`, (what: string) => `Das sperrt: ${what}.`],
  off_: ["Turn off", "Ausschalten"],
  history: ["Who switched it", "Wer es umschaltete"],
});
