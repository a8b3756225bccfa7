import { words } from "../../i18n/words.ts";

export const t = words({
  welcome: ["Sign in to VEGA", "Bei VEGA anmelden"],
  subtitle: [
    "AI gateway and orchestration whose whole state is durable, versioned and observable.",
    "KI-Gateway und Orchestrierung, deren ganzer Zustand dauerhaft, versioniert und beobachtbar ist.",
  ],
  username: ["Username", "Benutzername"],
  password: ["Password", "Passwort"],
  signIn: ["Sign in", "Anmelden"],
  signingIn: ["Signing in…", "Meldet an …"],
  wrong: ["Invalid username or password.", "Benutzername oder Passwort ist falsch."],
  ended: [
    "Your session has ended. Sign in to go on where you were.",
    "Ihre Sitzung ist beendet. Melden Sie sich an, um dort weiterzumachen.",
  ],
  firstRun: ["First start?", "Erster Start?"],
  firstRunText: [
    "The administrator is called admin, unless VEGA_ADMIN_USERNAME says otherwise. Its generated password is in this file of the data folder:",
    "Der Administrator heißt admin, sofern VEGA_ADMIN_USERNAME nichts anderes sagt. Sein erzeugtes Passwort steht in dieser Datei des Datenordners:",
  ],
  forgotten: [
    "Forgotten? An administrator creates a link, or on the server:",
    "Vergessen? Ein Administrator erzeugt einen Link, oder auf dem Server:",
  ],
  look: ["Look around without an account", "Ohne Konto umsehen"],
  register: ["Use an invitation", "Einladung einlösen"],
  toSignIn: ["Sign in with an account", "Mit einem Konto anmelden"],
  invited: ["Create your account", "Konto anlegen"],
  invite: ["Invitation", "Einladung"],
  create: ["Create account", "Konto anlegen"],
  passwordHint: [
    "At least 8 characters, not a common password.",
    "Mindestens 8 Zeichen, kein verbreitetes Passwort.",
  ],
  api: ["API documentation", "API-Dokumentation"],
});
