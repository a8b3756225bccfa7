import { computed, signal } from "@preact/signals";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "vega.language";

/** The stored choice, otherwise the first language of the browser that the console has. */
function initialLanguage(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages];
  for (const name of wanted) {
    const found = LANGUAGES.find((language) => name?.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return "en";
}

export const language = signal<Language>(initialLanguage());

export function setLanguage(next: Language): void {
  localStorage.setItem(KEY, next);
  language.value = next;
}

const index = computed(() => LANGUAGES.indexOf(language.value));

/** A text, or a function that makes one, in each language. */
export type Word = readonly [en: string, de: string];
type Phrase<Values extends readonly never[]> = readonly [
  en: (...values: Values) => string,
  de: (...values: Values) => string,
];
type Catalogue = Readonly<Record<string, Word | Phrase<readonly never[]>>>;

type Words<C extends Catalogue> = {
  readonly [Key in keyof C]: C[Key] extends Word ? string : C[Key][0];
};

/** A text in the present language. */
export const translate = (word: Word): string => word[index.value as 0];

/**
 * The texts of one part of the console in every language; reading a member takes the present one. Components that read
 * it are rendered again when the language changes.
 */
export function words<const C extends Catalogue>(catalogue: C): Words<C> {
  return new Proxy(catalogue, {
    get: (target, key) => (typeof key === "string" ? target[key]?.[index.value as 0] : undefined),
  }) as unknown as Words<C>;
}
