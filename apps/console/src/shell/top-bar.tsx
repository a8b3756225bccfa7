import { head } from "../api/client.ts";
import { number } from "../i18n/format.ts";
import { language, setLanguage } from "../i18n/words.ts";
import { connection } from "../live/live.ts";
import { hrefOf } from "../router.ts";
import { isSignedIn, may, user } from "../session/session.ts";
import { isDark, setTheme } from "../theme.ts";
import { TimeSlider } from "../time/slider.tsx";
import { IconButton } from "../ui/controls.tsx";
import { Icon, Star } from "../ui/icon.tsx";
import { LoopStatus } from "./loop-status.tsx";
import { openPalette } from "./palette-state.ts";
import { t } from "./words.ts";

function ConnectionState() {
  const { value } = connection;
  const [tone, text] =
    value === "live"
      ? ["good", t.live]
      : value === "connecting"
        ? ["wait", t.connecting]
        : ["bad", t.offline];
  return (
    <span class={`connection connection-${tone}`} data-connection={value}>
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

/** On every page: the loop, the newest sequence, the connection, the moment that is shown. */
export function TopBar({ onMenu, isMenuOpen }: { onMenu: () => void; isMenuOpen: boolean }) {
  const shortcut = navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K";
  const other = language.value === "en" ? "DE" : "EN";
  return (
    <header class="bar">
      <button
        type="button"
        class="icon-button menu-button"
        aria-label={t.openNavigation}
        aria-expanded={isMenuOpen}
        aria-controls="navigation"
        onClick={onMenu}
      >
        <Icon name="menu" size={18} />
      </button>
      <a class="brand" href={hrefOf("now")} aria-label="VEGA">
        <Star />
        <span>VEGA</span>
      </a>
      {may("read") && (
        <>
          <LoopStatus />
          <span class="sequence" title={t.sequenceHint}>
            <span class="visually-hidden">{t.sequence} </span>#{number(head.value)}
          </span>
          <TimeSlider />
          <ConnectionState />
        </>
      )}
      <span class="bar-end">
        <button type="button" class="search-button" onClick={openPalette} title={t.palette}>
          <Icon name="search" />
          <span class="search-text">{t.paletteOpen}</span>
          <kbd aria-hidden="true">{shortcut}</kbd>
        </button>
        <button
          type="button"
          class="icon-button language"
          lang={language.value === "en" ? "de" : "en"}
          aria-label={`${other}: ${t.switchLanguage}`}
          title={t.switchLanguage}
          onClick={() => setLanguage(language.value === "en" ? "de" : "en")}
        >
          {other}
        </button>
        <IconButton
          icon={isDark.value ? "sun" : "moon"}
          label={t.switchTheme(isDark.value ? t.light : t.dark)}
          onClick={() => setTheme(isDark.peek() ? "light" : "dark")}
        />
        {isSignedIn.value ? (
          <a class="user-link" href={hrefOf("account")} title={user.value?.role}>
            <Icon name="account" />
            <span>{user.value?.username}</span>
          </a>
        ) : (
          <a class="button button-small" href={hrefOf("sign-in")}>
            {t.signIn}
          </a>
        )}
      </span>
    </header>
  );
}
