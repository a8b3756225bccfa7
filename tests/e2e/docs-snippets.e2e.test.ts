import type { Platform } from "@vega/test-support";
import { createPlatform } from "@vega/test-support";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPython } from "../../tools/python.mjs";
import { providersFileSchema } from "../../services/ai/src/providers/config.ts";
import type { Block } from "../docs/markdown.ts";
import { readBlocks, readPages } from "../docs/markdown.ts";
import { runScript } from "../docs/run-page.ts";
import { isRun, useOf } from "../docs/runnable.ts";
import { layOut, toScript } from "../docs/script.ts";

/* The commands and programs of README and docs, as a reader would type them, against a fresh platform. */

const ROOT = join(import.meta.dirname, "../..");
const log = (text: string) => console.warn(text);

async function preparePython(): Promise<string> {
  const cache = process.env["VEGA_CACHE_DIR"] || ".cache";
  const folder = resolve(ROOT, cache, "docs-python");
  const requirements = join(ROOT, "tests/docs/requirements.txt");
  await installPython({ folder, requirements, name: "openai", log });
  return join(folder, "bin", "python");
}
const python = await preparePython().catch((error: unknown) => {
  // CI has to run it; a developer's machine may lack Python.
  if (process.env["CI"]) throw error;
  log(`SKIPPED: the Python blocks of the documents. ${String(error)}`);
  return "";
});

const pages = readPages(ROOT);
const withCommands = pages.filter(({ blocks }) => blocks.some(isRun));

/** Valid JSON; what declares providers is valid as config/providers.json. */
function checkJson({ at, code }: Block): void {
  try {
    const value = JSON.parse(code) as object;
    if ("providers" in value || "aliases" in value) providersFileSchema.parse(value);
  } catch (cause) {
    throw new Error(`${at} is not valid`, { cause });
  }
}

test("each block is run, parsed, shown output, or says why it is not run", () => {
  const uses = pages.flatMap(({ blocks }) => blocks.map((block) => ({ block, use: useOf(block) })));
  const count = (kind: string) => uses.filter(({ use }) => use.kind === kind).length;
  const skipped = uses.flatMap(({ block, use }) =>
    use.kind === "not run" ? [`  ${block.at}: ${use.reason}`] : [],
  );
  log(
    `documents: ${count("run")} blocks run, ${count("data")} parsed, ${count("shown")} shown, ` +
      `${skipped.length} not run:\n${skipped.join("\n")}`,
  );
  expect(count("run")).toBeGreaterThan(skipped.length);
  for (const { block, use } of uses) if (use.kind === "data") checkJson(block);
});

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) log("SKIPPED: the commands of the documents need curl");

describe.skipIf(!hasCurl)("on a fresh platform", () => {
  let platform: Platform;
  const config = mkdtempSync(join(tmpdir(), "vega-docs-"));
  beforeAll(async () => {
    const providersFile = join(config, "providers.json");
    writeFileSync(providersFile, "{}");
    // An empty token counts as none: the start writes data/admin-token, as the documents say.
    platform = await createPlatform({ VEGA_ADMIN_TOKEN: "", VEGA_PROVIDERS_FILE: providersFile });
    layOut(ROOT, platform.folder, config);
    await platform.start();
    await platform.ready();
  });
  afterAll(async () => {
    await platform?.close();
    rmSync(config, { recursive: true });
  });

  const runBlocks = async (blocks: readonly Block[]) => {
    const around = { folder: platform.folder, port: new URL(platform.api.url).port, python };
    await runScript(toScript(blocks.filter(isRun), around), around);
  };

  test.each(withCommands.map((page) => [page.file, page] as const))("%s", (_file, page) =>
    runBlocks(page.blocks),
  );

  test.each([
    ["an HTTP error", "curl localhost:5000/api/agents/unknown"],
    ["an HTTP error in a pipe", "curl localhost:5000/api/agents/unknown | cat"],
    ["an HTTP error of a value", "NAME=$(curl localhost:5000/api/agents/unknown | jq .name)"],
    ["a value that is not there", "NAME=$(curl localhost:5000/api/status | jq .nothing)"],
    ["a failed command", "npm run restore"],
  ])("%s fails the page, and names the block", async (_what, command) => {
    const blocks = readBlocks("page.md", `\`\`\`sh\n${command}\n\`\`\`\n`);
    await expect(runBlocks(blocks)).rejects.toThrow("== page.md:1");
  });

  test("another status than the expected one fails the page", async () => {
    const block = "<!-- status: 409 -->\n\n```sh\ncurl localhost:5000/api/agents/unknown\n```\n";
    await expect(runBlocks(readBlocks("page.md", block))).rejects.toThrow(
      "expected HTTP 409, got 404",
    );
  });
});
