import { expect, test } from "vitest";
import { pdfOf } from "../testing/pdf.ts";
import { createPdfReader, PdfError } from "./pdf-text.ts";

const LIMITS = { timeMs: 20_000, memoryBytes: 512 * 1024 * 1024, pages: 2 };

test("the text of a PDF comes page by page, up to the limits", async () => {
  const reader = createPdfReader(LIMITS);
  const pdf = pdfOf("first page", "second page", "third page");
  const [whole, cut] = await Promise.all([reader.read(pdf, 1_000), reader.read(pdf, 8)]);
  expect(whole.trim().split(/\n+/)).toEqual(["first page", "second page"]);
  expect(cut).toBe("first pa");
});

test("a file that is no PDF, or takes too much, ends its own process alone", async () => {
  const pdf = pdfOf("text");
  const refused = [
    createPdfReader(LIMITS).read(Buffer.from("%PDF-1.4 no more"), 100),
    createPdfReader({ ...LIMITS, timeMs: 1 }).read(pdf, 100),
    createPdfReader({ ...LIMITS, memoryBytes: 1 }).read(pdf, 100),
  ];
  const reasons = (await Promise.allSettled(refused)).map((outcome) => {
    const error: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
    expect(error).toBeInstanceOf(PdfError);
    return (error as PdfError).message;
  });
  expect(reasons).toEqual([
    "it is damaged, encrypted or too large",
    expect.stringContaining("it takes longer than"),
    expect.stringContaining("MiB of memory"),
  ]);
});
