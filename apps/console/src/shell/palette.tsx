import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { language, setLanguage } from "../i18n/words.ts";
import { pages } from "../pages/all.ts";
import { hrefOf, navigate } from "../router.ts";
import { isSignedIn, may, signOut } from "../session/session.ts";
import { agentsSlice, modulesSlice } from "../store/slices.ts";
import { isDark, setTheme } from "../theme.ts";
import { isMoment, isPast, setMoment } from "../time/moment.ts";
import { Icon } from "../ui/icon.tsx";
import type { IconName } from "../ui/icon.tsx";
import { common } from "../ui/words.ts";
import { canSee } from "./access.ts";
import { score } from "./match.ts";
import { isPaletteOpen } from "./palette-state.ts";
import { t } from "./words.ts";

interface Command {
  readonly title: string;
  readonly kind: string;
  readonly icon: IconName;
  readonly run: () => void;
}

const MAX_SHOWN = 12;
/** Pages are sought most. */
const PAGE_BONUS = 15;

/** Everything that the palette can do for the present caller. */
function commandsOf(search: string): Command[] {
  const go = (href: string) => () => navigate(href);
  const text = search.trim();
  const moments: Command[] = isMoment(text)
    ? [
        { title: t.jump(text), kind: t.command, icon: "time", run: () => setMoment(text) },
        ...(/^\d+$/.test(text) && may("operate")
          ? [
              {
                title: t.entry(text),
                kind: t.command,
                icon: "events" as const,
                run: go(hrefOf("events", [text])),
              },
            ]
          : []),
      ]
    : [];
  const listed: Command[] = [
    ...pages
      .filter((page) => page.isListed !== false && canSee(page))
      .map(({ id, title, icon }) => ({ title: title(), kind: t.page, icon, run: go(hrefOf(id)) })),
    ...(agentsSlice.state.value.value ?? []).map(({ name }) => ({
      title: name,
      kind: t.agent,
      icon: "agents" as const,
      run: go(hrefOf("agents", [name])),
    })),
    ...Object.keys(modulesSlice.state.value.value ?? {}).map((name) => ({
      title: name,
      kind: t.module,
      icon: "modules" as const,
      run: go(hrefOf("modules", [name])),
    })),
    ...(isPast.value
      ? [
          {
            title: common.backToNow,
            kind: t.command,
            icon: "now" as const,
            run: () => setMoment(null),
          },
        ]
      : []),
    {
      title: t.switchTheme(isDark.value ? t.light : t.dark),
      kind: t.command,
      icon: isDark.value ? "sun" : "moon",
      run: () => setTheme(isDark.peek() ? "light" : "dark"),
    },
    {
      title: t.switchLanguage,
      kind: t.command,
      icon: "edit",
      run: () => setLanguage(language.peek() === "en" ? "de" : "en"),
    },
    ...(isSignedIn.value
      ? [{ title: t.signOut, kind: t.command, icon: "signOut" as const, run: () => void signOut() }]
      : []),
  ];
  const found = listed
    .map((command) => ({ command, points: score(command.title, search) }))
    .filter(({ points }) => points !== undefined)
    .map(({ command, points = 0 }) => ({
      command,
      points: points + (command.kind === t.page ? PAGE_BONUS : 0),
    }))
    .toSorted((a, b) => b.points - a.points)
    .map(({ command }) => command);
  return [...moments, ...found].slice(0, MAX_SHOWN);
}

/** Ctrl-K: pages, agents, modules, moments and commands by name. */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const search = useSignal("");
  const index = useSignal(0);
  const commands = useComputed(() => (isPaletteOpen.value ? commandsOf(search.value) : []));
  const isOpen = isPaletteOpen.value;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      isPaletteOpen.value = !isPaletteOpen.peek();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  useEffect(() => {
    const { current } = dialog;
    if (!isOpen || !current) return undefined;
    const release = may("read") ? [agentsSlice.retain(), modulesSlice.retain()] : [];
    search.value = "";
    index.value = 0;
    current.showModal();
    return () => {
      current.close();
      for (const end of release) end();
    };
  }, [isOpen]);

  if (!isOpen) return null;
  const list = commands.value;
  const close = () => (isPaletteOpen.value = false);
  const run = (command: Command | undefined) => {
    close();
    command?.run();
  };
  const move = (step: number) => {
    index.value = (index.peek() + step + list.length) % Math.max(list.length, 1);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => run(list[index.peek()]),
  };
  return (
    <dialog
      ref={dialog}
      class="palette"
      aria-label={t.palette}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="palette-search">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={t.palette}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={list.length > 0 ? `palette-${index.value}` : undefined}
          placeholder={t.palette}
          autocomplete="off"
          spellcheck={false}
          value={search.value}
          onInput={({ currentTarget }) => {
            search.value = currentTarget.value;
            index.value = 0;
          }}
          onKeyDown={(event) => {
            const key = keys[event.key];
            if (!key) return;
            event.preventDefault();
            key();
          }}
        />
      </div>
      <ul id="palette-list" role="listbox" aria-label={t.paletteOpen}>
        {list.map((command, at) => (
          <li
            key={`${command.kind} ${command.title}`}
            id={`palette-${at}`}
            role="option"
            aria-selected={at === index.value}
            onClick={() => run(command)}
            onPointerMove={() => (index.value = at)}
          >
            <Icon name={command.icon} />
            <span class="grow">{command.title}</span>
            <span class="muted small">{command.kind}</span>
          </li>
        ))}
      </ul>
      {list.length === 0 && <p class="palette-none muted">{t.noResults}</p>}
    </dialog>
  );
}
