export type { RenderingErrorKind } from "./errors.ts";
export { RenderingError } from "./errors.ts";
export { libraryIdsIn } from "./markdown/links.ts";
export type { DiffPart, DiffUnit, DocumentInput, ImageFile } from "./protocol.ts";
export type { Renderer } from "./renderer.ts";
export { createRenderer, MAX_PAGES } from "./renderer.ts";
