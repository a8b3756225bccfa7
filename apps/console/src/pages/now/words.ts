import { words } from "../../i18n/words.ts";

export const t = words({
  subtitle: [
    "What the system does at this moment, and what it has just done.",
    "Was das System in diesem Moment tut und gerade getan hat.",
  ],
  past: ["What the system looked like then.", "Wie das System damals aussah."],
  alpha: ["serves requests", "beantwortet Anfragen"],
  omega: ["writes the log", "schreibt das Log"],
  vega: ["reaches models", "erreicht Modelle"],
  mirror: ["backs up", "sichert"],
  online: ["online", "online"],
  active: ["active", "aktiv"],
  initializing: ["initializing", "startet"],
  offline: ["offline", "offline"],
  missed: [
    (n: number) => `no report for ${n} iterations`,
    (n: number) => `seit ${n} Iterationen keine Meldung`,
  ],
  requests: [
    (n: string, well: string, ms: string) =>
      `${n} requests in the last minute, ${well} of them within ${ms} ms`,
    (n: string, well: string, ms: string) =>
      `${n} Anfragen in der letzten Minute, davon ${well} innerhalb von ${ms} ms`,
  ],
  clients: [
    (gateways: string, n: string) => `gateways: ${gateways} · event streams: ${n}`,
    (gateways: string, n: string) => `Gateways: ${gateways} · Ereignisströme: ${n}`,
  ],
  commits: [
    (n: string, failed: string) => `${n} commits in the last minute, ${failed} failed`,
    (n: string, failed: string) => `${n} Commits in der letzten Minute, ${failed} fehlgeschlagen`,
  ],
  lag: [
    (s: string) => `publication ${s} s behind`,
    (s: string) => `Veröffentlichung ${s} s zurück`,
  ],
  noReport: ["no report yet", "noch keine Meldung"],
  providers: [
    (n: string, all: string) => `${n} of ${all} providers answer`,
    (n: string, all: string) => `${n} von ${all} Anbietern antworten`,
  ],
  noProvider: [
    "No provider is configured; the built-in analyst answers.",
    "Kein Anbieter eingerichtet; der eingebaute Analyst antwortet.",
  ],
  addProvider: ["Add one", "Einen einrichten"],
  backup: [
    (ago: string) => `last proven backup ${ago}`,
    (ago: string) => `letztes geprüftes Backup ${ago}`,
  ],
  noBackup: ["no proven backup yet", "noch kein geprüftes Backup"],
  backupFailed: ["the last backup failed", "das letzte Backup ist fehlgeschlagen"],
  power: ["Power of the cores", "Leistung der Kerne"],
  powerHint: ["0 to 100, one point for each change", "0 bis 100, ein Punkt je Änderung"],
  period: ["Period", "Zeitraum"],
  minutes15: ["15 min", "15 min"],
  hour: ["1 h", "1 h"],
  hours6: ["6 h", "6 h"],
  day: ["24 h", "24 h"],
  noCurve: [
    "The curve begins with the next iteration.",
    "Die Kurve beginnt mit der nächsten Iteration.",
  ],
  alerts: ["Alerts", "Alarme"],
  noAlerts: ["No alerts", "Keine Alarme"],
  noAlertsText: [
    "miracore watches for failed logins, bursts of errors and a broken chain.",
    "miracore achtet auf fehlgeschlagene Anmeldungen, Fehlerhäufungen und eine gebrochene Kette.",
  ],
  recent: ["Just happened", "Gerade geschehen"],
  technical: [
    "The narrator is off: turn on the module consciousness for sentences.",
    "Der Erzähler ist aus: Das Modul consciousness bringt Sätze zurück.",
  ],
  quiet: [
    "Nothing yet. Entries appear here as they are written.",
    "Noch nichts. Einträge erscheinen hier, sobald sie geschrieben sind.",
  ],
  iterations: [
    (from: string, to: string) => `Iterations ${from} to ${to}: the loop went through its phases`,
    (from: string, to: string) =>
      `Iterationen ${from} bis ${to}: Die Schleife durchlief ihre Phasen`,
  ],
  allEntries: ["All entries", "Alle Einträge"],
  loop: ["Infinity Loop", "Infinity Loop"],
  start: ["Start", "Starten"],
  stop: ["Stop", "Anhalten"],
  iterate: ["Next iteration now", "Nächste Iteration jetzt"],
  started: ["The loop was started", "Die Schleife wurde gestartet"],
  stopped: ["The loop was stopped", "Die Schleife wurde angehalten"],
  iterated: ["An iteration was triggered", "Eine Iteration wurde ausgelöst"],
  running: [
    (phase: number) => `Phase ${phase} of 3 → 5 → 8`,
    (phase: number) => `Phase ${phase} von 3 → 5 → 8`,
  ],
});
