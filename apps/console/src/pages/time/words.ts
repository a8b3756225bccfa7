import { words } from "../../i18n/words.ts";

export const t = words({
  subtitle: [
    "Two moments of the system side by side, what changed between them, and the way back.",
    "Zwei Momente des Systems nebeneinander, was sich dazwischen änderte, und der Weg zurück.",
  ],
  from: ["Earlier", "Früher"],
  to: ["Later", "Später"],
  sequence: ["Sequence", "Sequenz"],
  time: ["or a time", "oder eine Zeit"],
  now: ["Now", "Jetzt"],
  follow: ["follows the newest entry", "folgt dem neuesten Eintrag"],
  iteration: ["Iteration", "Iteration"],
  phase: ["Phase", "Phase"],
  loop: ["Loop", "Schleife"],
  on: ["running", "läuft"],
  off: ["stopped", "gestoppt"],
  cores: ["Cores", "Kerne"],
  agents: ["Agents", "Agenten"],
  modules: ["Modules that are off", "Ausgeschaltete Module"],
  difference: ["What changed", "Was sich änderte"],
  words: ["In words", "In Worten"],
  patch: ["JSON Patch", "JSON Patch"],
  same: [
    "Nothing differs between these moments.",
    "Zwischen diesen Momenten unterscheidet sich nichts.",
  ],
  changes: [(n: string) => `${n} changes`, (n: string) => `${n} Änderungen`],
  restore: ["Put it back", "Zurücksetzen"],
  restoreText: [
    (at: string) =>
      `Puts parts of the system back to what they were at #${at}, as a new entry. The log, the memory and accounts stay; the iteration never decreases.`,
    (at: string) =>
      `Setzt Teile des Systems auf den Stand von #${at} zurück, als neuer Eintrag. Log, Speicher und Konten bleiben; die Iteration sinkt nie.`,
  ],
  parts: ["Parts", "Teile"],
  partAgents: ["agents", "Agenten"],
  partModules: ["modules", "Module"],
  partLoop: ["loop", "Schleife"],
  partSettings: ["settings", "Einstellungen"],
  dryRun: ["Show what would change", "Zeigen, was sich ändern würde"],
  would: ["This would change", "Das würde sich ändern"],
  wouldNothing: ["Nothing would change.", "Es würde sich nichts ändern."],
  confirm: [
    (at: string) => `Put the system back to #${at}?`,
    (at: string) => `System auf #${at} zurücksetzen?`,
  ],
  restored: ["The system was put back", "Das System wurde zurückgesetzt"],
  openAt: ["Open the console at this moment", "Konsole in diesem Moment öffnen"],
  identical: ["as on the left", "wie links"],
});
