import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withScratch } from "./scratch.ts";

const PREFIX = ".scratch-";
const MODULE = new URL("./scratch.ts", import.meta.url).href;

let folder: string;
let holder: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vega-scratch-"));
});
afterEach(async () => {
  holder?.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

const idle = () => withScratch(folder, PREFIX, () => Promise.resolve());

/** Another process that holds a scratch of its own until it is killed. */
async function startHolder() {
  const code = `
    import { withScratch } from ${JSON.stringify(MODULE)};
    import { writeFile } from "node:fs/promises";
    await withScratch(${JSON.stringify(folder)}, ${JSON.stringify(PREFIX)}, async (path) => {
      await writeFile(path, "half");
      console.log("holding");
      await new Promise(() => setInterval(() => undefined, 60_000));
    });`;
  const started = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", code],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  holder = started;
  await once(started.stdout, "data");
  return async () => {
    started.kill("SIGKILL");
    await once(started, "exit");
  };
}

test("is gone after the work, whether it went well or not", async () => {
  const write = (path: string) => writeFile(path, "half");
  await withScratch(folder, PREFIX, write);
  const failing = withScratch(folder, PREFIX, async (path) => {
    await mkdir(path);
    await write(join(path, "inside"));
    throw new Error("the disk is full");
  });
  await expect(failing).rejects.toThrow("the disk is full");
  expect(await readdir(folder)).toEqual([]);
});

test("of who is still at work is left alone, in this process and in another; of who was killed it goes", async () => {
  const kill = await startHolder();
  await withScratch(folder, PREFIX, async (path) => {
    await writeFile(path, "mine");
    const before = await readdir(folder);
    expect(before).toHaveLength(4);
    await idle();
    expect((await readdir(folder)).toSorted()).toEqual(before.toSorted());
  });
  expect(await readdir(folder)).toHaveLength(2);
  await kill();
  expect(await readdir(folder)).toHaveLength(2);
  await idle();
  expect(await readdir(folder)).toEqual([]);
});

test("many at once: none loses its own", async () => {
  const works = Array.from({ length: 40 }, (_, n) =>
    withScratch(folder, PREFIX, async (path) => {
      await writeFile(path, String(n));
      await idle();
      return (await readdir(folder)).includes(path.slice(folder.length + 1));
    }),
  );
  expect(new Set(await Promise.all(works))).toEqual(new Set([true]));
  expect(await readdir(folder)).toEqual([]);
});

test("files with other names are not removed", async () => {
  const uuid = "00000000-0000-4000-8000-000000000000";
  await writeFile(join(folder, `${PREFIX}notes`), "mine");
  await writeFile(join(folder, `${PREFIX}notes.lock`), "");
  await writeFile(join(folder, `${PREFIX}${uuid}`), "without a lock");
  await writeFile(join(folder, "elsewhere"), "");
  await symlink(join(folder, "elsewhere"), join(folder, `${PREFIX}${uuid.replace("4", "5")}.lock`));
  const before = await readdir(folder);
  await idle();
  expect((await readdir(folder)).toSorted()).toEqual(before.toSorted());
});
