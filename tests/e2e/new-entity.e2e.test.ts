import { createPlatform, openSse } from "@vega/test-support";
import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { Person } from "../integration/people.ts";
import { bearer, newPerson, PASSWORD } from "../integration/people.ts";

/*
 * What CONTRIBUTING.md says of a new entity: a handful of new files and three added lines, and it is stored, requested,
 * streamed, listed in the history, read as of a moment, exported and erased like all others.
 */

const ROOT = join(import.meta.dirname, "../..");
const NOTES = join(ROOT, "tests/new-entity/notes");
const PARTS = ["apps", "libs", "services", "tools", "tests", "config", "deploy", "package.json"];

const ADMIN_TOKEN = "the-token-of-this-test";

/** The one line that each list of entities, endpoints and routes gets. */
const LINES = {
  "libs/contracts/src/entities.ts": 'export * from "./notes/index.ts";',
  "services/state/src/endpoints.ts":
    'export { noteEndpoints } from "./entities/notes/endpoints.ts";',
  "services/gateway/src/routes/index.ts": 'export { noteRoutes } from "./notes.ts";',
};

/** This checkout with the entity added. Packages are links; those of the workspace lead into the copy. */
async function checkoutWithNotes(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "vega-notes-"));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const isSource = (path: string) => !/\/node_modules($|\/)/.test(path.slice(ROOT.length));
  for (const part of [...PARTS, ".env.example", "tsconfig.json", "oxlint.config.ts"]) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter: isSource });
  }
  mkdirSync(join(copy, "node_modules"));
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    // The links of @vega lead to folders beside node_modules: those of the copy.
    if (name === "@vega")
      cpSync(join(ROOT, "node_modules", name), join(copy, "node_modules", name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    else symlinkSync(join(ROOT, "node_modules", name), join(copy, "node_modules", name));
  }
  for (const file of globSync("**/*.txt", { cwd: NOTES })) {
    const target = join(copy, file.replace(/\.txt$/, ""));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(join(NOTES, file)));
  }
  for (const [file, line] of Object.entries(LINES)) appendFileSync(join(copy, file), `${line}\n`);
  return copy;
}

test("an entity is added by eight files and three lines", { timeout: 180_000 }, async () => {
  expect(globSync("**/*.txt", { cwd: NOTES }).length).toBeLessThanOrEqual(8);
  expect(Object.keys(LINES)).toHaveLength(3);
  const root = await checkoutWithNotes();
  const tsc = join(root, "node_modules/.bin/tsc");
  // What the entity touches: types of tests and tools take most of the time.
  const touched = {
    extends: "./tsconfig.json",
    include: ["libs/contracts", "services/state", "services/gateway"],
    exclude: ["**/node_modules", "**/*.test.ts"],
  };
  writeFileSync(join(root, "tsconfig.touched.json"), JSON.stringify(touched));
  const project = ["--noEmit", "--project", "tsconfig.touched.json"];
  const { stdout } = await promisify(execFile)(tsc, project, { cwd: root }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");

  const env = {
    VEGA_CACHE_DIR: join(ROOT, ".cache"),
    VEGA_REGISTRATION: "open",
    VEGA_ADMIN_TOKEN: ADMIN_TOKEN,
  };
  const platform = await createPlatform(env, ADMIN_TOKEN, root);
  onTestFinished(() => platform.close());
  await platform.start();
  const { api } = platform;
  const admin = bearer(ADMIN_TOKEN);
  const [ada, bob] = [await newPerson(api), await newPerson(api)];
  const stream = (person: Person) =>
    openSse(`${api.url}/api/events`, undefined, bearer(person.access));
  const [hers, his] = [await stream(ada), await stream(bob)];
  onTestFinished(() => [hers, his].forEach((one) => one.close()));
  await Promise.all([hers, his].map((one) => one.next(({ data }) => data.type === "connected")));

  // Request and event.
  const write = (text: string) =>
    api.send("PUT", "/api/notes/ravens", { text }, bearer(ada.access));
  expect((await write("two")).body).toMatchObject({ id: "ravens", text: "two" });
  const written = await hers.next(({ data }) => data.type === "note_written");
  expect(written.data).toMatchObject({ id: "ravens" });
  await write("three");
  await hers.next(({ id }) => Number(id) > Number(written.id));
  const read = (query = "", person = ada) =>
    api.get(`/api/notes/ravens${query}`, bearer(person.access));
  expect((await read()).body.text).toBe("three");

  // As of a moment, and in the history, which leaves out what belongs to accounts.
  expect((await read(`?sequence=${written.id}`)).body.text).toBe("two");
  await api.send("PUT", "/api/notes/shared", { text: "for all" });
  const shared = await his.next(({ data }) => data.type === "note_written");
  const history = (await api.get("/api/history?type=vega.note.*", admin)).body.entries;
  expect(history).toMatchObject([
    { sequence: Number(shared.id), summary: "wrote the note shared" },
  ]);

  // Another account gets nothing of hers.
  expect((await read("", bob)).status).toBe(404);
  expect(his.events.filter(({ data }) => data["id"] === "ravens")).toEqual([]);

  // Export and erasure.
  const exported = await api.get("/api/me/export", bearer(ada.access));
  expect(exported.body.notes).toMatchObject([{ id: "ravens", text: "three" }]);
  const erased = await api.send("DELETE", "/api/me", { password: PASSWORD }, bearer(ada.access));
  expect(erased.status).toBe(200);
  const log = await api.get("/api/audit?action=vega.note.*", admin);
  const contents = log.body.entries.map(
    ({ data }: { data: { text: string } | null }) => data?.text,
  );
  expect(contents).toEqual(["for all", undefined, undefined]);
});
