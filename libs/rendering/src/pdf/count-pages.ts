import { getDocumentProxy } from "unpdf";

/** The data are no PDF that can be shown to everybody: damaged, or encrypted with a password. */
class InvalidPdfError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvalidPdfError";
  }
}

/** Number of pages. Throws InvalidPdfError, and RangeError beyond `maxPages`. */
export async function countPages(pdf: Uint8Array, maxPages: number): Promise<number> {
  let pages: number;
  try {
    const document = await getDocumentProxy(new Uint8Array(pdf));
    pages = document.numPages;
    // A damaged file may have a number and no page.
    await document.getPage(1);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown error";
    throw new InvalidPdfError(`the PDF cannot be read: ${reason.slice(0, 200)}`);
  }
  if (pages > maxPages) throw new RangeError(`${pages} pages, more than ${maxPages}`);
  return pages;
}
