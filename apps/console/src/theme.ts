import { effect, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "vega.theme";
const isTheme = (text: string | null): text is Theme => THEMES.some((theme) => theme === text);
const stored = localStorage.getItem(KEY);

export const theme = signal<Theme>(isTheme(stored) ? stored : "system");

/** Whether the page is dark now, for charts: they draw on a canvas. */
export const isDark = signal(false);

export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const update = () => {
    const { value } = theme;
    isDark.value = value === "dark" || (value === "system" && system.matches);
    document.documentElement.dataset["theme"] = isDark.peek() ? "dark" : "light";
  };
  system.addEventListener("change", update);
  effect(update);
}

export function setTheme(next: Theme): void {
  localStorage.setItem(KEY, next);
  theme.value = next;
}
