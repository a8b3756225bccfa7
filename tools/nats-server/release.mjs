import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../setup/command.mjs";

/**
 * The release to download and the SHA-256 of its archives. Sources: the Linux ones are in the project's container images
 * (github.com/nats-io/nats-docker, 2.14.x/alpine3.22/Dockerfile at aa0caa57), all four in
 * github.com/cashapp/hermit-packages, nats-server.hcl at 5b5abe60; the two files agree.
 */
const VERSION = "2.14.5";
const SHA256 = {
  "linux-amd64": "5e3b603d47c447bda1f77f9ac16dbf91c90aac4ff3681f8fbbc7201e4ed99355",
  "linux-arm64": "673a98d3faa79dde3f9ebf16d6dfac36a5f694e7ad2015e4954dd7939c85cd4c",
  "darwin-amd64": "f95c98d6b6ed2b63c5681b46b092c9585c99767d547cf495730c329234625e96",
  "darwin-arm64": "ddd907854d9a2de834af133fa396915fe6442fe6d8909ae31390d1ea7a0fea50",
};
const GO_ARCH = { x64: "amd64", arm64: "arm64" };

/**
 * Downloads the release of the NATS project and unpacks it if its checksum is the pinned one.
 * @param {string} into an empty folder
 * @returns {Promise<string>} the path of the program
 */
export async function fromRelease(into, { get = fetch, checksums = SHA256 } = {}) {
  const machine = `${process.platform}-${GO_ARCH[process.arch] ?? process.arch}`;
  const expected = checksums[machine];
  if (!expected) throw new Error(`no release for ${machine}`);
  const name = `nats-server-v${VERSION}-${machine}`;
  const url = `https://github.com/nats-io/nats-server/releases/download/v${VERSION}/${name}.tar.gz`;
  const archive = await download(url, get);
  const actual = createHash("sha256").update(archive).digest("hex");
  if (actual !== expected) throw new Error(`${url} has SHA-256 ${actual}, expected ${expected}`);
  const file = join(into, "release.tar.gz");
  await writeFile(file, archive);
  await command("tar", ["-xzf", file, "-C", into], { timeoutMs: 60_000 });
  return join(into, name, "nats-server");
}

async function download(url, get) {
  try {
    const response = await get(url, { signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    // What fetch throws says only "fetch failed"; the cause has the reason.
    throw new Error(`${url}: ${error.cause?.message ?? error.message}`, { cause: error });
  }
}
