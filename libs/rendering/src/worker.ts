import { parseMarkdown } from "./markdown/parse.ts";
import type { DocumentInput, Job, Reply } from "./protocol.ts";

/* The child process: renders one document and ends. Heavy modules are loaded by the job that needs them. */

const HTML_IMAGE_TYPES = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
]);

async function render(job: Job): Promise<Reply> {
  switch (job.kind) {
    case "pdf": {
      const { writePdf } = await import("./pdf/write.ts");
      const { document, maxPages } = job;
      const images = new Map([...document.images].map(([id, { bytes }]) => [id, bytes]));
      const blocks = parseMarkdown(document.markdown);
      const { pdf, pages } = await writePdf({ ...document, blocks, images, maxPages });
      return { ok: true, pages, bytes: pdf };
    }
    case "html": {
      const { toHtml } = await import("./markdown/html.ts");
      const { title, language, markdown } = job.document;
      const blocks = parseMarkdown(markdown);
      const html = toHtml({ title, language, blocks, images: dataUrls(job.document) });
      return { ok: true, pages: 0, bytes: Buffer.from(html) };
    }
    case "diff": {
      const { compare } = await import("./compare.ts");
      const parts = compare(job.before, job.after, job.by);
      return { ok: true, pages: 0, bytes: Buffer.from(JSON.stringify(parts)) };
    }
    default: {
      const { countPages } = await import("./pdf/count-pages.ts");
      return { ok: true, pages: await countPages(job.pdf, job.maxPages), bytes: new Uint8Array() };
    }
  }
}

const dataUrls = ({ images }: DocumentInput): Map<string, string> =>
  new Map(
    [...images].flatMap(([id, { mediaType, bytes }]) =>
      HTML_IMAGE_TYPES.has(mediaType)
        ? [[id, `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`] as const]
        : [],
    ),
  );

function failure(error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError) {
    const isStack = message.includes("call stack");
    return isStack
      ? { ok: false, kind: "invalid", message: "the document is nested too deep" }
      : {
          ok: false,
          kind: "too_large",
          message: `the document has ${message}; shorten or split it`,
        };
  }
  const isPdf = error instanceof Error && error.name === "InvalidPdfError";
  return { ok: false, kind: isPdf ? "invalid" : "internal", message };
}

// Nobody waits for the document any more.
process.once("disconnect", () => process.exit());

process.once("message", (job: Job) => {
  void render(job)
    .catch(failure)
    .then((reply) => process.send?.(reply));
});
