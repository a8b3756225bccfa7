import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import config from "../../oxlint.config.ts";
import { layerOverrides, LAYERS } from "./layers.ts";

/* Runs oxlint with the layers on files whose imports are allowed and forbidden. */

interface Case {
  readonly file: string;
  readonly forbidden: readonly string[];
  readonly allowed: readonly string[];
}

const LIBRARIES = ["@vega/contracts", "@vega/messaging", "@vega/rendering", "@vega/service-kit"];
const DATABASES = ["mongodb", "node:sqlite"];
const BUSES = ["nats", "@grpc/grpc-js", "grpc-health-check"];
const HTTP = ["fastify", "fastify-plugin", "@fastify/cookie"];
const RIGS = ["@vega/test-support", "@vega/bench", "../../../tests/support/src/index.ts"];
const OTHER_SERVICES = ["@vega/ai", "@vega/ai/testing", "../../ai/src/config.ts"];
const ENTITY = "services/state/src/entities/memory";

const CASES: Readonly<Record<keyof typeof LAYERS, Case>> = {
  contracts: {
    file: "libs/contracts/src/memory/a.ts",
    forbidden: ["nats", "pino", "node:fs", "mongodb", "fastify", "@vega/messaging", "@aws-sdk/x"],
    allowed: ["zod", "./b.ts", "../define/index.ts"],
  },
  "contracts, folds": {
    file: "libs/contracts/src/memory/apply.ts",
    forbidden: ["zod", "node:fs", "nats", "@vega/messaging"],
    allowed: ["../define/apply.ts"],
  },
  messaging: {
    file: "libs/messaging/src/inference/a.ts",
    forbidden: [...DATABASES, ...HTTP, ...RIGS, "@vega/service-kit", "@vega/ai/testing"],
    allowed: [...BUSES, "@vega/contracts", "node:events", "../b.ts"],
  },
  "service-kit": {
    file: "libs/service-kit/src/a.ts",
    forbidden: [...DATABASES, ...HTTP, ...RIGS, ...BUSES, "@vega/contracts"],
    allowed: ["pino", "zod", "node:http", "./b.ts"],
  },
  rendering: {
    file: "libs/rendering/src/pdf/a.ts",
    forbidden: [...DATABASES, ...HTTP, ...RIGS, ...BUSES, "@vega/contracts"],
    allowed: ["pdfkit", "marked", "node:child_process", "../b.ts"],
  },
  services: {
    file: "services/loop/src/a.ts",
    forbidden: [...DATABASES, ...HTTP, ...RIGS, ...BUSES, ...OTHER_SERVICES, "@vega/supervisor/a"],
    allowed: [...LIBRARIES, "@vega/messaging/inference/client", "./b.ts", "node:fs"],
  },
  gateway: {
    file: "services/gateway/src/routes/a.ts",
    forbidden: [...DATABASES, ...RIGS, ...BUSES, ...OTHER_SERVICES],
    allowed: [...HTTP, ...LIBRARIES],
  },
  store: {
    file: "services/state/src/store/mongo/a.ts",
    forbidden: [...HTTP, ...RIGS, ...BUSES, ...OTHER_SERVICES, "@vega/messaging"],
    allowed: [...DATABASES, "@vega/contracts", "@vega/service-kit", "../store.ts"],
  },
  decisions: {
    file: `${ENTITY}/memory.ts`,
    forbidden: [
      ...DATABASES,
      ...HTTP,
      ...RIGS,
      ...BUSES,
      ...OTHER_SERVICES,
      "@vega/messaging",
      "@vega/service-kit",
      "node:fs",
      "node:fs/promises",
      "node:net",
      "../../store/sqlite/sqlite-store.ts",
      "../../store/mongo/connect.ts",
      "../../store/open.ts",
      "../../state-context.ts",
    ],
    allowed: ["@vega/contracts", "../../store/store.ts", "../../log/decision.ts", "node:crypto"],
  },
  endpoints: {
    file: `${ENTITY}/memory-endpoints.ts`,
    forbidden: [...DATABASES, ...HTTP, ...RIGS, ...BUSES, ...OTHER_SERVICES],
    allowed: [...LIBRARIES, "../../state-context.ts"],
  },
  supervisor: {
    file: "apps/supervisor/src/a.ts",
    forbidden: [
      ...DATABASES,
      ...HTTP,
      ...RIGS,
      ...BUSES,
      "@vega/ai",
      "@vega/ai/testing",
      "../../../services/ai/src/config.ts",
    ],
    allowed: ["@vega/ai/config", "@vega/state/config", "@vega/contracts"],
  },
  cli: {
    file: "apps/cli/src/a.ts",
    forbidden: [
      ...DATABASES,
      ...HTTP,
      ...RIGS,
      ...BUSES,
      "@vega/gateway",
      "@vega/ai",
      "@vega/state/config",
      "../../../services/state/src/index.ts",
    ],
    allowed: ["@vega/state", "@vega/ai/providers", "@vega/supervisor/settings", ...LIBRARIES],
  },
  console: {
    file: "apps/console/src/a.ts",
    forbidden: [...DATABASES, ...HTTP, ...RIGS, ...BUSES, "@vega/messaging", "node:fs"],
    allowed: ["@vega/contracts", "preact", "./b.ts"],
  },
  tools: {
    file: "tools/a.ts",
    forbidden: [...DATABASES, ...HTTP, ...BUSES, "@vega/bench", "../tests/support/src/index.ts"],
    allowed: ["@vega/state", "@vega/contracts", "node:fs"],
  },
  tests: {
    file: "tests/chaos/a.ts",
    forbidden: [...HTTP, "@vega/bench", "../../bench/src/statistics.ts"],
    allowed: ["@vega/test-support", "@vega/ai", ...DATABASES, ...BUSES],
  },
  bench: {
    file: "bench/src/a.ts",
    forbidden: HTTP,
    allowed: ["@vega/test-support", "@vega/state", ...DATABASES, ...BUSES],
  },
  examples: {
    file: "examples/events/a.ts",
    forbidden: ["@vega/contracts", "../../libs/contracts/src/index.ts"],
    allowed: ["nats"],
  },
  "supervisor, data folder": {
    file: "apps/supervisor/src/data-folder.ts",
    forbidden: [...HTTP, ...RIGS, ...BUSES, "@vega/ai"],
    allowed: ["node:sqlite", "@vega/contracts", "@vega/ai/config"],
  },
};

let folder: string;
/** Reported imports by file; several bans may report the same one. */
const reported = new Map<string, Set<string>>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vega-layers-"));
  const layers = fileURLToPath(new URL("./layers.ts", import.meta.url));
  writeFileSync(
    join(folder, "oxlint.config.ts"),
    `import { layerOverrides } from ${JSON.stringify(pathToFileURL(layers).href)};
export default { categories: { correctness: "off" }, overrides: layerOverrides };`,
  );
  for (const { file, forbidden, allowed } of Object.values(CASES)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const lines = [...forbidden, ...allowed].map((name) => `import ${JSON.stringify(name)};\n`);
    writeFileSync(join(folder, file), lines.join(""));
  }
  const oxlint = fileURLToPath(new URL("../../node_modules/oxlint/bin/oxlint", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, "--format", "json"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly { readonly filename: string; readonly message: string }[];
  };
  for (const { filename, message } of diagnostics) {
    const [, name = message] = /^'(.+)' import is restricted/.exec(message) ?? [];
    reported.set(filename, (reported.get(filename) ?? new Set()).add(name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.entries(CASES))("%s: forbidden imports are reported, others are not", (_, it) => {
  expect(reported.get(it.file)).toEqual(new Set(it.forbidden));
});

test("every layer has a case, and lint uses the layers", () => {
  expect(Object.keys(CASES)).toEqual(Object.keys(LAYERS));
  expect(config.overrides).toEqual(expect.arrayContaining(layerOverrides));
  expect(config.rules).toMatchObject({ "import/no-cycle": "error" });
});
