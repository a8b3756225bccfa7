import { signal } from "@preact/signals";

const text = signal("");

/** Has a screen reader speak a text when it is idle. The same text twice is spoken twice. */
export function announce(message: string): void {
  text.value = text.peek() === message ? `${message}\u00a0` : message;
}

/** The only live region of the console. */
export const Announcer = () => (
  <div class="visually-hidden" role="status" aria-live="polite" data-announcer>
    {text.value}
  </div>
);
