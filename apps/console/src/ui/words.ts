import { words } from "../i18n/words.ts";

/** Texts that all pages share. */
export const common = words({
  loading: ["Loading…", "Lädt …"],
  retry: ["Try again", "Erneut versuchen"],
  cancel: ["Cancel", "Abbrechen"],
  close: ["Close", "Schließen"],
  save: ["Save", "Speichern"],
  delete: ["Delete", "Löschen"],
  copy: ["Copy", "Kopieren"],
  copied: ["Copied", "Kopiert"],
  more: ["Load more", "Mehr laden"],
  offline: [
    "VEGA does not answer. The console reconnects by itself.",
    "VEGA antwortet nicht. Die Konsole verbindet sich von selbst neu.",
  ],
  forbidden: ["Your role does not include this page.", "Ihre Rolle umfasst diese Seite nicht."],
  gone: [
    "Retention removed this moment from the log.",
    "Die Aufbewahrung hat diesen Moment aus dem Log entfernt.",
  ],
  failed: ["This could not be loaded.", "Das konnte nicht geladen werden."],
  readOnly: [
    "You see an earlier moment: nothing can be changed here.",
    "Sie sehen einen früheren Moment: Hier lässt sich nichts ändern.",
  ],
  notPast: [
    "This page shows now: the API does not look back for it.",
    "Diese Seite zeigt jetzt: Die API blickt hierfür nicht zurück.",
  ],
  backToNow: ["Back to now", "Zurück zu jetzt"],
  none: ["none", "keine"],
  yes: ["yes", "ja"],
  no: ["no", "nein"],
});
