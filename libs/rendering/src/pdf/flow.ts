import type { Operation } from "./display-list.ts";
import { BOTTOM, PAGE } from "./display-list.ts";

/** Pages that grow from top to bottom. */
export interface Flow {
  readonly pages: readonly (readonly Operation[])[];
  /** Index of the current page, and the height on it. */
  page(): number;
  y(): number;
  /** Height that is left on the current page. */
  room(): number;
  /** Begins a new page where less than this height is left; a fresh page takes everything. */
  need(height: number): void;
  newPage(): void;
  /** Moves down, at most to the end of the page. Nothing at the top of a page. */
  gap(height: number): void;
  advance(height: number): void;
  add(...operations: readonly Operation[]): void;
  /** Adds to a page that may be complete. */
  addTo(page: number, operation: Operation): void;
  /** Adds before the operation of an index. */
  insert(page: number, index: number, operation: Operation): void;
}

/** Throws RangeError beyond this many pages. */
export function createFlow(maxPages: number): Flow {
  const pages: Operation[][] = [[]];
  let y: number = PAGE.margin;
  const newPage = () => {
    if (pages.length >= maxPages) throw new RangeError(`more than ${maxPages} pages`);
    pages.push([]);
    y = PAGE.margin;
  };
  const isTop = () => y <= PAGE.margin;
  return {
    pages,
    page: () => pages.length - 1,
    y: () => y,
    room: () => BOTTOM - y,
    need(height) {
      if (!isTop() && y + height > BOTTOM) newPage();
    },
    newPage,
    gap(height) {
      if (!isTop()) y = Math.min(BOTTOM, y + height);
    },
    advance(height) {
      y += height;
    },
    add(...operations) {
      pages.at(-1)?.push(...operations);
    },
    insert(page, index, operation) {
      pages[page]?.splice(index, 0, operation);
    },
    addTo(page, operation) {
      pages[page]?.push(operation);
    },
  };
}
