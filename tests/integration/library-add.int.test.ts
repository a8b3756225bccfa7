import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "../../apps/cli/src/commands/index.ts";
import { runCommandLine } from "../../apps/cli/src/run.ts";
import type { Library } from "./library-files.ts";
import { ADMIN, makePhoto, NOBODY, startLibrary } from "./library-files.ts";
import { bearer, newPerson } from "./people.ts";

/* `vega library` against a running platform. */

let library: Library;
let folder: string;

beforeAll(async () => {
  library = await startLibrary({ VEGA_LIBRARY_FILE_BYTES: "100000" });
  folder = await mkdtemp(join(tmpdir(), "vega-library-"));
  // Settings of the commands, as a checkout has them.
  await writeFile(join(folder, ".env"), "VEGA_ADMIN_TOKEN=a-token-for-tests-only\n");
});
afterAll(async () => {
  await library?.network.close();
  await rm(folder, { recursive: true, force: true });
});

async function vega(...words: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await runCommandLine(words, commands, {
    root: folder,
    cwd: folder,
    print: (line) => out.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, out, errors };
}

async function files(name: string, contents: Readonly<Record<string, string | Uint8Array>>) {
  for (const [path, content] of Object.entries(contents)) {
    const target = join(folder, name, path);
    await mkdir(join(target, ".."), { recursive: true });
    await writeFile(target, content);
  }
}

test("a folder is added once, with what is refused by name, and goes on where it stopped", async () => {
  const ada = await newPerson(library.api);
  const scopes = ["read", "library"];
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const key = await library.api.send(
    "POST",
    "/api/auth/keys",
    { name: "cli", scopes, expires_at },
    bearer(ada.access),
  );
  await writeFile(join(folder, "key.txt"), `${key.body.secret}\n`);
  await files("pictures", {
    "anlætan.jpg": await makePhoto(),
    "deep/notes.md": "# Ravens",
    "huge.txt": "x".repeat(100_001),
    ".hidden": "x",
    "empty.txt": "",
  });
  const words = "library add pictures --tag a --tag b --category Notes --token-file key.txt --url";
  const add = () => vega(...words.split(" "), library.api.url);
  const first = await add();
  expect(first.code).toBe(1);
  expect(first.out.filter((line) => line.startsWith("vega: 4 of 4 (100 %)"))).toHaveLength(1);
  expect(first.out).toContain("vega: 2 files added, 0 already there, 2 refused");
  expect(first.out.join("\n")).toContain("huge.txt: the file exceeds the limit of 100000 bytes");
  expect(first.out.join("\n")).toContain("empty.txt: the file is empty");
  await files("pictures", { "more.txt": "more" });
  expect((await add()).out).toContain("vega: 1 files added, 2 already there, 2 refused");
  const { body } = await library.api.get("/api/library/files?tag=a&own=true", bearer(ada.access));
  expect(body.files.map(({ name }: { name: string }) => name).toSorted()).toEqual([
    "anlætan.jpg",
    "more.txt",
    "notes.md",
  ]);
  expect(body.files[0]).toMatchObject({
    tags: ["a", "b"],
    category: "Notes",
    visibility: "private",
  });
});

test("a command that can't add anything says why, once", async () => {
  await files("one", { "a.txt": "a", "b.txt": "b" });
  await writeFile(join(folder, "wrong.txt"), "vega_wrong");
  const at = ["--url", library.api.url];
  const wrong = await vega("library", "add", "one", ...at, "--token-file", "wrong.txt");
  expect(wrong).toMatchObject({ code: 1, out: [], errors: [expect.stringContaining("vega: ")] });
  const none = await vega("library", "add", "none", ...at);
  expect(none.errors).toEqual([`vega: can't read the folder ${join(folder, "none")}`]);
});

test("the predecessor's pictures are public under their addresses, in the order of its list", async () => {
  const photo = await makePhoto();
  await files("old", {
    "assets/dalle/IMG_1.jpeg": photo,
    "assets/dalle/first æ.jpg": Buffer.concat([photo, Buffer.from([0])]),
    "assets/dalle/second.jpg": Buffer.concat([photo, Buffer.from([0, 0])]),
    "backend/server.js": `const curated = [
      { file: 'first æ.jpg', title: 'Æ First', category: 'Logo & Identity' },
      { file: 'second.jpg', title: 'Second', category: 'Visual Design' },
      { file: 'lost.jpg', title: 'Lost', category: 'Visual Design' },
    ];`,
  });
  const url = new URL(library.api.url);
  await writeFile(
    join(folder, ".env"),
    `VEGA_ADMIN_TOKEN=a-token-for-tests-only\nPORT=${url.port}\nVEGA_DATA_DIR=${folder}/data\n`,
  );
  const imported = await vega("library", "import", "--legacy", "old");
  expect(imported.out).toContain("vega: 3 files added, 0 already there, 0 refused");
  expect(imported.out).toContain("vega: lost.jpg of the list is not in assets/dalle");
  expect((await library.api.get("/api/assets", NOBODY)).body).toEqual({
    dalle_generated: [
      "/assets/dalle/first%20æ.jpg",
      "/assets/dalle/second.jpg",
      "/assets/dalle/IMG_1.jpeg",
    ],
    curated: [
      { path: "/assets/dalle/first%20æ.jpg", title: "Æ First", category: "Logo & Identity" },
      { path: "/assets/dalle/second.jpg", title: "Second", category: "Visual Design" },
    ],
  });
  const again = await vega("library", "import", "--legacy", "old");
  expect([again.code, again.out.at(-1)]).toEqual([
    0,
    "vega: 0 files added, 3 already there, 0 refused",
  ]);
  expect((await library.api.get("/api/library/files?own=true", ADMIN)).body.files).toHaveLength(3);
});
