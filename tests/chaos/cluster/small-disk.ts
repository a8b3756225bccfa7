import { execFile } from "node:child_process";
import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOMY = "size=1g";
const MARGIN_KB = 8_192;
const PAGE = Buffer.alloc(4_096);

/** A file system in memory that can be filled at any time. */
export interface SmallDisk {
  /** Fills it up to the given number of free KB. */
  fill(spareKb: number): Promise<void>;
  /** Frees the space. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Why this machine cannot mount one, or undefined. */
export function smallDiskMissing(): string | undefined {
  if (process.platform !== "linux") return "needs Linux, for a tmpfs";
  return process.getuid?.() === 0 ? undefined : "needs root, to mount a tmpfs";
}

/** Creates the folder and mounts the file system there. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await run("mount", ["-t", "tmpfs", "-o", `${ROOMY},mode=700`, "vega-chaos", folder]);
  const ballast = join(folder, "ballast");
  const size = (option: string) => run("mount", ["-o", `remount,${option}`, folder]);
  return {
    async fill(spareKb) {
      const { blocks, bfree, bsize } = await statfs(folder);
      const used = Math.ceil(((blocks - bfree) * bsize) / 1_024);
      // The platform writes meanwhile, and the size cannot be below the used space.
      await size(`size=${used + MARGIN_KB + spareKb}k`);
      const file = await open(ballast, "w");
      try {
        for (;;) await file.write(PAGE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        await file.truncate(Math.max(0, (await file.stat()).size - spareKb * 1_024));
      } finally {
        await file.close();
      }
    },
    async empty() {
      await rm(ballast, { force: true });
      await size(ROOMY);
    },
    async close() {
      await run("umount", ["-l", folder]);
    },
  };
}
