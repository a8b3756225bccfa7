/**
 * An event of GET /api/events as its clients read it: the members of its type, and for events of the log the sequence
 * and time. Live messages have neither.
 */
export interface SseEvent {
  readonly type: string;
  readonly sequence?: number;
  readonly time?: string;
}

/**
 * Folds an event into a view, the response of a GET route. Returns the same object for an event that does not concern
 * it, and null where the event does not tell the new view: it has to be loaded again. Modules with such a function
 * import no runtime code, so that browsers can use them.
 */
export type Apply<View> = (view: View, event: SseEvent) => View | null;

/** Events that replace the whole system state; they do not tell it. */
const REPLACING = new Set(["crystal_created", "crystal_imported", "crystal_restored"]);

export const replacesCrystal = ({ type }: SseEvent): boolean => REPLACING.has(type);
