import type { RenderingLimits } from "./child.ts";
import { runJob } from "./child.ts";
import { RenderingError } from "./errors.ts";
import type { DiffPart, DiffUnit, DocumentInput, Job, Reply } from "./protocol.ts";

/** Renders documents in child processes, one after the other. All methods throw RenderingError. */
export interface Renderer {
  /** The same input gives the same bytes. */
  pdf(document: DocumentInput): Promise<{ readonly pdf: Uint8Array; readonly pages: number }>;
  /** A page without scripts, styles of its own, and images as data URLs. */
  html(document: DocumentInput): Promise<Uint8Array>;
  /** Number of pages of a PDF from outside, which is loaded when its turn comes. `invalid`: it cannot be read. */
  countPages(load: () => Promise<Uint8Array>): Promise<number>;
  compare(before: string, after: string, by: DiffUnit): Promise<DiffPart[]>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export const RENDERING_LIMITS: RenderingLimits = {
  cpuMs: 15_000,
  wallMs: 120_000,
  heapMb: 256,
  residentMb: 512,
};

/** Pages of a document. */
export const MAX_PAGES = 1_000;
const MAX_WAITING = 32;

export function createRenderer(limits: RenderingLimits = RENDERING_LIMITS): Renderer {
  const stopping = new AbortController();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const run = async (prepare: () => Promise<Job> | Job): Promise<Extract<Reply, { ok: true }>> => {
    if (waiting >= MAX_WAITING) {
      throw new RenderingError("busy", `${MAX_WAITING} documents wait to be rendered; try again`);
    }
    waiting += 1;
    const before = last;
    const mine = before.then(async () => runJob(await prepare(), limits, stopping.signal));
    last = mine.catch(() => undefined);
    try {
      const reply = await mine;
      if (!reply.ok) throw new RenderingError(reply.kind, reply.message);
      return reply;
    } finally {
      waiting -= 1;
    }
  };

  return {
    async pdf(document) {
      const { bytes, pages } = await run(() => ({ kind: "pdf", document, maxPages: MAX_PAGES }));
      return { pdf: bytes, pages };
    },
    html: async (document) => (await run(() => ({ kind: "html", document }))).bytes,
    async countPages(load) {
      const { pages } = await run(async () => ({
        kind: "pages",
        pdf: await load(),
        maxPages: MAX_PAGES,
      }));
      return pages;
    },
    async compare(before, after, by) {
      const { bytes } = await run(() => ({ kind: "diff", before, after, by }));
      return JSON.parse(Buffer.from(bytes).toString()) as DiffPart[];
    },
    async stop() {
      stopping.abort();
      await last;
    },
  };
}
