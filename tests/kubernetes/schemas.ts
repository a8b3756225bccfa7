import { Ajv2020 } from "ajv/dist/2020.js";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { exclusively } from "../../tools/setup/exclusive.mjs";
import { command } from "../../tools/setup/command.mjs";

const HERE = import.meta.dirname;
const REQUIREMENTS = join(HERE, "requirements.txt");
const DOWNLOAD_MS = 5 * 60_000;

/** An object as a manifest has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

interface Definitions {
  readonly $defs: Readonly<Record<string, Definition>>;
}
interface Definition {
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

/**
 * The strict schemas that Kubernetes publishes with its API. Downloaded once from PyPI (kubernetes-validate contains
 * them) and cached.
 * @throws Error that names the missing prerequisite
 */
export async function bringSchemas(versions: readonly string[]): Promise<string> {
  const [, pinned] = /^kubernetes-validate==(\S+)/m.exec(readFileSync(REQUIREMENTS, "utf8")) ?? [];
  const cache = resolve(HERE, "../..", process.env["VEGA_CACHE_DIR"] || ".cache");
  const folder = join(cache, `kubernetes-schemas-${pinned}`);
  const isThere = () => versions.every((version) => existsSync(join(folder, `${version}.json`)));
  if (isThere()) return folder;
  mkdirSync(folder, { recursive: true });
  await exclusively(`${folder}.lock`, console.log, async () => {
    if (isThere()) return;
    const temporary = mkdtempSync(join(tmpdir(), "vega-schemas-"));
    try {
      const download = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"];
      const options = { cwd: temporary, timeoutMs: DOWNLOAD_MS };
      await command("python3", [...download, "-r", REQUIREMENTS], options);
      const wheel = readdirSync(temporary).find((name) => name.endsWith(".whl")) ?? "";
      const extract = [join(HERE, "extract.py"), wheel, temporary, ...versions];
      await command("python3", extract, options);
      for (const version of versions) {
        renameSync(join(temporary, `${version}.json`), join(folder, `${version}.json`));
      }
    } catch (cause) {
      throw new Error(
        "no Kubernetes schemas: the download needs python3 with pip (Debian: python3-pip) and PyPI",
        { cause },
      );
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
  return folder;
}

/** @returns a validator: the errors of an object, as `path: message` */
export function openSchemas(folder: string, version: string): (manifest: Manifest) => string[] {
  const text = readFileSync(join(folder, `${version}.json`), "utf8");
  const definitions = JSON.parse(text) as Definitions;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(definitions, "kubernetes");
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions.$defs)) {
    for (const { group, version: v, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      names.set(`${group ? `${group}/` : ""}${v} ${kind}`, name);
    }
  }
  return (manifest) => {
    const kind = `${manifest.apiVersion} ${manifest.kind}`;
    const name = names.get(kind);
    const validate = name && ajv.getSchema(`kubernetes#/$defs/${name}`);
    if (!validate) return [`Kubernetes ${version} knows no ${kind}`];
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || "/"}: ${message} ${JSON.stringify(params)}`,
    );
  };
}
