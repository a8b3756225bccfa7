/**
 * Why a document was not rendered. `invalid`: the input is no document of its kind. `too_large`: it exceeds a limit of
 * pages, processor time or memory. `busy`: too many documents wait. `internal`: the child process failed.
 */
export type RenderingErrorKind = "invalid" | "too_large" | "busy" | "internal";

export class RenderingError extends Error {
  readonly kind: RenderingErrorKind;

  constructor(kind: RenderingErrorKind, message: string) {
    super(message);
    this.name = "RenderingError";
    this.kind = kind;
  }
}
