import type { Permission } from "@vega/contracts";
import type { ComponentType } from "preact";
import type { Word } from "../i18n/words.ts";
import { translate } from "../i18n/words.ts";
import type { IconName } from "../ui/icon.tsx";

export const GROUPS = ["system", "work", "admin", "account"] as const;
export type Group = (typeof GROUPS)[number];

export interface ViewProps {
  /** Of the page, in the language of the console. */
  readonly title: string;
  /** The segments of the address after the page's id. */
  readonly rest: readonly string[];
}

/** A page of the console. Its folder has everything; `pages/index.ts` has its line. */
export interface Page {
  /** The first segment of the address. */
  readonly id: string;
  readonly title: () => string;
  readonly icon: IconName;
  readonly group: Group;
  /** Place within its group. */
  readonly order: number;
  /** What a caller needs to see it; "account": an account of its own. Null: anybody. */
  readonly permission: Permission | null;
  /** Whether it can show an earlier moment; the others say that they show now. */
  readonly looksBack: boolean;
  /** False: not in the navigation. */
  readonly isListed?: boolean;
  /** The view, loaded when the page is opened. */
  readonly load: () => Promise<{ readonly default: ComponentType<ViewProps> }>;
}

/**
 * Declares a page. Its title is here, in every language, since the navigation shows it before the page is loaded.
 */
export const definePage = ({
  title,
  ...page
}: Omit<Page, "title"> & { readonly title: Word }): Page => ({
  ...page,
  title: () => translate(title),
});
