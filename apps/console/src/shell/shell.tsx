import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isPast } from "../time/moment.ts";
import { session, startSession } from "../session/session.ts";
import { Star } from "../ui/icon.tsx";
import { common } from "../ui/words.ts";
import { route } from "../router.ts";
import { language } from "../i18n/words.ts";
import { Announcer } from "./announcer.tsx";
import { Navigation } from "./navigation.tsx";
import { PageView } from "./page-view.tsx";
import { Palette } from "./palette.tsx";
import { TopBar } from "./top-bar.tsx";
import { t } from "./words.ts";

const RETRY_MS = 3_000;

/** The server did not answer at the start: nothing is known yet. */
function Offline() {
  useEffect(() => {
    const timer = setTimeout(() => void startSession(), RETRY_MS);
    return () => clearTimeout(timer);
  }, [session.value]);
  return (
    <main class="centre">
      <Star size={40} />
      <h1>{t.offlineTitle}</h1>
      <p class="muted">{t.offlineText}</p>
    </main>
  );
}

/** Bar, pages and content; before the session is known, next to nothing. */
export function Shell() {
  const isMenuOpen = useSignal(false);
  const { kind } = session.value;
  const isAlone = route.value.page === "sign-in";
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  useEffect(() => {
    document.documentElement.toggleAttribute("data-past", isPast.value && !isAlone);
  }, [isPast.value, isAlone]);
  useEffect(() => {
    if (!isMenuOpen.value) return undefined;
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape") isMenuOpen.value = false;
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [isMenuOpen.value]);

  if (kind === "starting") {
    return (
      <main class="centre" aria-busy="true">
        <Star size={40} />
        <p class="visually-hidden">{common.loading}</p>
      </main>
    );
  }
  if (kind === "offline") return <Offline />;
  if (isAlone) {
    return (
      <>
        <PageView />
        <Announcer />
      </>
    );
  }
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {t.skip}
      </a>
      <TopBar
        onMenu={() => (isMenuOpen.value = !isMenuOpen.peek())}
        isMenuOpen={isMenuOpen.value}
      />
      <Navigation isOpen={isMenuOpen.value} onPicked={() => (isMenuOpen.value = false)} />
      <PageView />
      <Palette />
      <Announcer />
    </div>
  );
}
