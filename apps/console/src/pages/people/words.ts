import { words } from "../../i18n/words.ts";

export const t = words({
  subtitle: [
    "Accounts and their roles. A change takes effect at once, on every gateway.",
    "Konten und ihre Rollen. Eine Änderung wirkt sofort, auf jedem Gateway.",
  ],
  username: ["Username", "Benutzername"],
  email: ["Email", "E-Mail"],
  role: ["Role", "Rolle"],
  since: ["Since", "Seit"],
  state: ["State", "Zustand"],
  enabled: ["enabled", "aktiv"],
  disabled: ["disabled", "gesperrt"],
  you: ["you", "Sie"],
  invite: ["Invite", "Einladen"],
  inviteText: [
    "An invitation is valid for one account and 7 days. It becomes void when your own authority ends.",
    "Eine Einladung gilt für ein Konto und 7 Tage. Sie verfällt, wenn Ihre Befugnis endet.",
  ],
  inviteLink: ["Give this link to the person", "Geben Sie diesen Link weiter"],
  create: ["Create an account", "Konto anlegen"],
  password: ["Password", "Passwort"],
  passwordHint: [
    "At least 8 characters. Without one, its owner sets it by a reset link.",
    "Mindestens 8 Zeichen. Ohne Passwort setzt es der Inhaber über einen Link.",
  ],
  created: ["The account was created", "Das Konto wurde angelegt"],
  changeRole: [(name: string) => `Role of ${name}`, (name: string) => `Rolle von ${name}`],
  changed: ["The account was changed", "Das Konto wurde geändert"],
  disable: [(name: string) => `Disable ${name}`, (name: string) => `${name} sperren`],
  enable: [(name: string) => `Enable ${name}`, (name: string) => `${name} freigeben`],
  reset: [
    (name: string) => `Password-reset link for ${name}`,
    (name: string) => `Link zum neuen Passwort für ${name}`,
  ],
  resetText: [
    (until: string) => `Valid once, until ${until}.`,
    (until: string) => `Einmal gültig, bis ${until}.`,
  ],
  erase: [(name: string) => `Erase ${name}`, (name: string) => `${name} löschen`],
  eraseText: [
    "The account and everything stored for it are erased. This cannot be undone; backups made before still have it.",
    "Das Konto und alles, was dazu gespeichert ist, wird gelöscht. Das lässt sich nicht rückgängig machen; frühere Backups enthalten es noch.",
  ],
  erased: ["The account was erased", "Das Konto wurde gelöscht"],
  actions: ["Actions", "Aktionen"],
  confirm: ["Type the username to confirm", "Zur Bestätigung den Benutzernamen eingeben"],
});
