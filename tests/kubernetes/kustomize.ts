import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import { command, onPath } from "../../tools/setup/command.mjs";
import { exclusively } from "../../tools/setup/exclusive.mjs";
import type { Manifest } from "./schemas.ts";

const ROOT = join(import.meta.dirname, "../..");
const MINUTES = 60_000;
/** The first release of Debian that has kustomize. */
const SUITE = "trixie";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Renders the manifests of an overlay. */
export type Kustomize = (folder: string) => Promise<Manifest[]>;

/**
 * kustomize from the PATH, from kubectl, from the cache, or unpacked from Debian's package into the cache.
 * @throws Error if none is found
 */
export async function findKustomize(): Promise<Kustomize> {
  const run = await findProgram();
  return async (folder) => {
    const documents = parseAllDocuments(await run(join(ROOT, folder)));
    return documents.map((document) => {
      const [error] = document.errors;
      if (error) throw error;
      return document.toJS() as Manifest;
    });
  };
}

const building =
  ([program = "", ...args]: readonly string[]) =>
  (folder: string): Promise<string> =>
    command(program, [...args, folder], { timeoutMs: MINUTES });

async function findProgram(): Promise<(folder: string) => Promise<string>> {
  const cached = join(resolve(ROOT, process.env["VEGA_CACHE_DIR"] || ".cache"), "kustomize");
  const path = process.env["PATH"] ?? "";
  const candidates = [
    ...onPath("kustomize", path).map((program) => [program, "build"]),
    ...onPath("kubectl", path).map((program) => [program, "kustomize"]),
    [cached, "build"],
  ];
  for (const candidate of candidates) {
    // Old versions lack features that the overlays use.
    if (await building(candidate)(join(import.meta.dirname, "proof")).catch(() => "")) {
      return building(candidate);
    }
  }
  await exclusively(`${cached}.lock`, console.log, () => unpackFromDebian(cached));
  return building([cached, "build"]);
}

/** Installs nothing and uses its own package lists. */
async function unpackFromDebian(into: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "vega-kustomize-"));
  try {
    for (const name of ["lists/partial", "cache/archives/partial"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
    const mirrors = await command("apt-get", ["indextargets", ...format], { timeoutMs: MINUTES });
    const mirror = mirrors.split("\n").find((uri) => uri !== "") ?? "http://deb.debian.org/debian/";
    writeFileSync(
      join(folder, "source.list"),
      `deb [signed-by=${KEYRING}] ${mirror} ${SUITE} main\n`,
    );
    const options = [
      "APT::Sandbox::User=root",
      `Dir::Etc::sourcelist=${folder}/source.list`,
      "Dir::Etc::sourceparts=/dev/null",
      `Dir::State::lists=${folder}/lists`,
      `Dir::Cache=${folder}/cache`,
      // Ignores the installed packages.
      "Dir::State::status=/dev/null",
    ].flatMap((option) => ["-o", option]);
    const apt = (what: string[]) =>
      command("apt-get", ["-qq", ...options, ...what], { cwd: folder, timeoutMs: 5 * MINUTES });
    await apt(["update"]);
    await apt(["download", "kustomize"]);
    const archive = readdirSync(folder).find((name) => name.endsWith(".deb")) ?? "";
    await command("dpkg-deb", ["-x", archive, "unpacked"], { cwd: folder, timeoutMs: MINUTES });
    const fresh = `${into}.${process.pid}`;
    copyFileSync(join(folder, "unpacked/usr/bin/kustomize"), fresh);
    chmodSync(fresh, 0o755);
    renameSync(fresh, into);
  } catch (cause) {
    throw new Error(
      `no kustomize 5 or kubectl on the PATH, and Debian's package could not be downloaded: ${String(cause)}`,
      { cause },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
