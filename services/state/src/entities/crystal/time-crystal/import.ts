import type { Core, Crystal, ImportReport, Json, JsonObject } from "@vega/contracts";
import {
  NO_VISITS,
  TIME_CRYSTAL_CORE_KEYS,
  VegaError,
  applyChanges,
  crystal,
  crystalChanges,
  phaseMs,
  timeAfter,
} from "@vega/contracts";
import canonicalize from "canonicalize";
import { documentRef, put, remove } from "../../../store/document-ref.ts";
import type { Command } from "../../../log/decision.ts";
import { accept, event } from "../../../log/decision.ts";
import type { TimeCrystalFile } from "./file.ts";
import { timeCrystalFileSchema } from "./file.ts";
import { isBcryptHash, withoutPasswords } from "./secrets.ts";

/** Checks a file; throws `invalid` with every fault by its path, so that it is refused whole. */
export function parseTimeCrystal(file: Json): TimeCrystalFile {
  const result = timeCrystalFileSchema.safeParse(file);
  if (result.success) return result.data;
  throw new VegaError(
    "invalid",
    "this is no time_crystal.json of version 2; nothing was imported",
    result.error.issues.map((issue) => ({
      path: issue.path.map((part) => `/${String(part)}`).join(""),
      message: issue.message,
    })),
  );
}

/** The parsed file by target. */
interface Reading {
  readonly imported: Crystal;
  /** The predecessor's account, without what can't be trusted. */
  readonly admin: JsonObject | undefined;
  readonly report: Omit<ImportReport, "dry_run" | "overwritten">;
}

const without = (value: object, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value as JsonObject).filter(([key]) => !keys.includes(key)));

const KNOWN = ["meta", "agents", "modules", "infinity_loop", "analytics", "admin"];

function read(file: TimeCrystalFile, current: Crystal, now: string, timeScale: number): Reading {
  const { meta, infinity_loop: loop } = file;
  const refused: Record<string, string> = {};
  const admin = file.admin === undefined ? undefined : readAdmin(file.admin, refused);
  const kept: string[] = [];
  const extra = (value: object, path: string, known: readonly string[]): JsonObject => {
    const rest = withoutPasswords(without(value, known), path, refused) as JsonObject;
    kept.push(...Object.keys(rest).map((key) => `${path}/${key}`));
    return rest;
  };

  const iteration = Math.max(meta.infinity_loop_iteration, current.loop.iteration);
  if (iteration !== meta.infinity_loop_iteration) {
    refused["/meta/infinity_loop_iteration"] =
      `iterations never run backwards; the loop stays at ${iteration}`;
  }
  const coreKeys = Object.entries(TIME_CRYSTAL_CORE_KEYS) as [
    Core["name"],
    "alpha_resonance" | "omega_resonance" | "vega_resonance" | "mirror_core",
  ][];

  const imported: Crystal = {
    meta: {
      signature: meta.signature,
      vtc_version: meta.vtc_version,
      created: meta.created,
      extra: extra(meta, "/meta", [
        "signature",
        "vtc_version",
        "created",
        "last_update",
        "infinity_loop_iteration",
      ]),
      updated_at: now,
    },
    cores: coreKeys.map(([name, key]) => ({
      name,
      status: file[key].status,
      power: file[key].power,
      last_update: file[key].last_update,
      missed: 0,
      evidence: { note: "imported; recomputed with the next iteration" },
      extra: extra(file[key], `/${key}`, ["status", "power", "last_update"]),
    })),
    agents: file.agents.map((agent, position) => ({
      name: agent.name,
      state: agent.state,
      description: agent.description,
      position,
      extra: extra(agent, `/agents/${position}`, ["name", "state", "description"]),
      updated_at: now,
    })),
    modules: Object.entries(file.modules).map(([name, module], position) => ({
      name,
      status: module.status,
      description: module.description,
      position,
      extra: extra(module, `/modules/${name}`, ["status", "description"]),
      updated_at: now,
    })),
    loop: {
      active: loop.active,
      phase: loop.current_phase,
      iteration,
      next_at: loop.active ? timeAfter(now, phaseMs(loop.current_phase, timeScale)) : null,
      updated_at: now,
      extra: extra(loop, "/infinity_loop", ["active", "current_phase", "phases"]),
    },
    phases: withoutPasswords(
      loop.phases as JsonObject,
      "/infinity_loop/phases",
      refused,
    ) as JsonObject,
    analytics: withoutPasswords(file.analytics as JsonObject, "/analytics", refused) as JsonObject,
    // Counting starts again from the imported counters.
    ...(current.visits && {
      visits: { ...NO_VISITS, latest: current.visits.latest, base: current.visits.latest },
    }),
    extra: extra(file, "", [...KNOWN, ...Object.values(TIME_CRYSTAL_CORE_KEYS)]),
  };
  const taken = {
    "/meta": "system_state/meta",
    "/infinity_loop": "system_state/loop",
    "/analytics": "system_state/analytics",
    ...Object.fromEntries(coreKeys.map(([name, key]) => [`/${key}`, `cores/${name}`])),
    ...Object.fromEntries(
      imported.agents.map((a) => [`/agents/${a.position}`, `agents/${a.name}`]),
    ),
    ...Object.fromEntries(imported.modules.map((m) => [`/modules/${m.name}`, `modules/${m.name}`])),
    ...(admin ? { "/admin": "credentials/admin" } : {}),
  };
  const counts = { agents: imported.agents.length, modules: imported.modules.length };
  return { imported, admin, report: { taken, kept, refused, counts, iteration } };
}

function readAdmin(admin: object, refused: Record<string, string>): JsonObject {
  const hash = (admin as JsonObject)["password_hash"];
  if (hash === undefined || (typeof hash === "string" && isBcryptHash(hash))) {
    return admin as JsonObject;
  }
  refused["/admin/password_hash"] = "is no bcrypt hash; set a new password";
  return without(admin, ["password_hash"]);
}

/** Names that the import removes. */
function gone(before: readonly { name: string }[], after: readonly { name: string }[]): string[] {
  const stays = new Set(after.map(({ name }) => name));
  return before.map(({ name }) => name).filter((name) => !stays.has(name));
}

/** Members that change on their own: a difference in them is no loss. */
const VOLATILE = new Set([
  "updated_at",
  "last_update",
  "next_at",
  "evidence",
  "missed",
  "position",
]);

/** Canonical content of a document, for comparison. */
const gist = (value: JsonObject) => canonicalize(without(value, [...VOLATILE]));

/** The parts of the present state that the import changes or removes. */
function overwritten(before: Crystal, after: Crystal): ImportReport["overwritten"] {
  const next = applyChanges(new Map(), crystalChanges(after));
  const found: ImportReport["overwritten"] = {};
  for (const [key, document] of applyChanges(new Map(), crystalChanges(before))) {
    const there = next.get(key);
    if (key === "system_state/extra") continue;
    if (!there) found[key] = "removed";
    else if (gist(there) !== gist(document)) found[key] = "changed";
  }
  // Unknown members are compared key by key.
  for (const [key, value] of Object.entries(before.extra)) {
    if (!(key in after.extra)) found[`/${key}`] = "removed";
    else if (canonicalize(value) !== canonicalize(after.extra[key])) found[`/${key}`] = "changed";
  }
  return found;
}

/** Replaces the crystal by a file; a dry run reports the effect. */
export function decideImportTimeCrystal(
  file: TimeCrystalFile,
  options: { dryRun: boolean; timeScale: number },
): Command<ImportReport> {
  return {
    reads: [],
    decide(view, now) {
      const current = view.crystal();
      const { imported, admin, report } = read(file, current, now, options.timeScale);
      const result: ImportReport = {
        dry_run: options.dryRun,
        ...report,
        overwritten: overwritten(current, imported),
      };
      if (options.dryRun) return accept([], result);
      const removed = {
        agents: gone(current.agents, imported.agents),
        modules: gone(current.modules, imported.modules),
      };
      const ref = documentRef("credentials", "admin");
      const credential = admin ? put(ref, { value: admin }) : remove(ref);
      const data = { crystal: imported, removed, refused: Object.keys(report.refused) };
      return accept([event(crystal.events.imported, "crystal", data, [credential])], result);
    },
  };
}
