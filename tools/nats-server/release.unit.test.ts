import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fromRelease } from "./release.mjs";

const folder = mkdtempSync(join(tmpdir(), "vega-release-"));
afterAll(() => rmSync(folder, { recursive: true }));
const machine = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;

/** Creates the archive that a URL names, with a script as the program. */
function archive(url: string): Buffer {
  const name = basename(url, ".tar.gz");
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "nats-server"), "the program");
  const file = join(folder, "made.tar.gz");
  execFileSync("tar", ["-czf", file, "-C", folder, name]);
  return readFileSync(file);
}

test("a release with the pinned checksum is unpacked", async () => {
  let url = "";
  await fromRelease(folder, { get: async (asked) => ((url = asked), new Response("")) }).catch(
    () => 0,
  );
  const content = archive(url);
  const program = await fromRelease(folder, {
    get: async () => new Response(new Uint8Array(content)),
    checksums: { [machine]: createHash("sha256").update(content).digest("hex") },
  });
  expect(url).toMatch(/^https:\/\/github\.com\/nats-io\/nats-server\/releases\/download\/v2\./);
  expect(readFileSync(program, "utf8")).toBe("the program");
});

test("an archive with another checksum is rejected", async () => {
  const get = async () => new Response("something else");
  await expect(fromRelease(folder, { get })).rejects.toThrow(/has SHA-256 .*, expected /);
});

test("an error names a machine without a release, and the reason of a failed download", async () => {
  await expect(fromRelease(folder, { checksums: {} })).rejects.toThrow("no release for");
  const get = async () => new Response("", { status: 404 });
  await expect(fromRelease(folder, { get })).rejects.toThrow("HTTP status 404");
});
