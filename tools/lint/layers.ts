import type { OxlintOverride } from "oxlint";

/*
 * The layers of the repository and the imports that each may not have. Lint reports them: oxlint.config.ts takes the
 * overrides below. A ban is a regular expression on the import's text; Rust's syntax, so without look-ahead.
 */

interface Ban {
  readonly regex?: string;
  /** Globs; those with `!` are exceptions. */
  readonly group?: string[];
  readonly message: string;
}

export interface Layer {
  /** Globs. Where several layers match a file, the last one counts. */
  readonly files: string[];
  readonly bans: readonly Ban[];
}

const bus: Ban = {
  regex: "^(nats($|/)|@grpc/|grpc-)",
  message: "Only libs/messaging imports NATS and gRPC.",
};
const database: Ban = {
  regex: "^(mongodb($|/)|node:sqlite$)",
  message: "Only services/state/src/store and blobs/mongo import a database.",
};
const http: Ban = {
  regex: "^(fastify($|[-/])|@fastify/)",
  message: "Only services/gateway imports fastify.",
};
const services: Ban = {
  regex: "^@vega/(gateway|state|loop|ai|auth)($|/)",
  message: "Services use each other over the bus, never by import.",
};
const SERVICES = ["gateway", "state", "loop", "ai", "auth"];
const servicesExcept = (allowed: readonly string[], message: string): Ban => ({
  group: [
    ...SERVICES.flatMap((name) => [`@vega/${name}`, `@vega/${name}/**`]),
    "**/services/**",
    ...allowed.map((name) => `!${name}`),
  ],
  message,
});
const servicesButConfig = servicesExcept(
  SERVICES.map((name) => `@vega/${name}/config`),
  "The supervisor starts services as processes; it imports only their configuration.",
);
const servicesButState = servicesExcept(
  ["@vega/state", "@vega/ai/providers"],
  "Commands import of the services only the database and the provider file.",
);
const apps: Ban = {
  regex: "^@vega/(supervisor|cli|console)($|/)",
  message: "Libraries and services do not depend on apps.",
};
const rigs: Ban = {
  regex: "^@vega/(test-support|bench)($|/)|^(\\.\\./)+(tests|bench)/",
  message: "Tests and benchmarks import the product, never the reverse.",
};
const byPath: Ban = {
  regex: "^\\.\\.?/(.*/)?src/|^(\\.\\./)+(apps|libs|services|tests|bench|tools)/",
  message: "Import another package by its name.",
};
const allButZod: Ban = {
  group: ["*", "**/*", "!zod", "!zod/**", "!./**", "!../**"],
  message: "Contracts import zod only.",
};
const allWorkspaces: Ban = {
  regex: "^@vega/",
  message: "This package imports no workspace package.",
};
const workspacesButContracts: Ban = {
  group: ["@vega/*", "@vega/*/**", "!@vega/contracts", "!@vega/contracts/**"],
  message: "This package imports of the workspace only @vega/contracts.",
};
const messaging: Ban = {
  regex: "^@vega/messaging($|/)",
  message: "The store and decisions do not use the bus.",
};
const kit: Ban = {
  regex: "^@vega/service-kit($|/)",
  message: "Decisions do no I/O; endpoints log and measure.",
};
const io: Ban = {
  regex:
    "^node:(fs|net|http|https|http2|tls|dgram|dns|child_process|cluster|worker_threads|timers)($|/)",
  message: "Decisions do no I/O.",
};
const adapters: Ban = {
  regex: "/store/((sqlite|mongo)/|open\\.ts$)|/state-context\\.ts$",
  message: "Decisions read their view; they have no store and no context.",
};
const nodeModules: Ban = { regex: "^node:", message: "The console runs in a browser." };

const library = [database, http, rigs, byPath];
const service = [bus, database, http, services, apps, rigs, byPath];
const without = (bans: readonly Ban[], ...removed: readonly Ban[]) =>
  bans.filter((ban) => !removed.includes(ban));

export const LAYERS: Readonly<Record<string, Layer>> = {
  contracts: { files: ["libs/contracts/src/**"], bans: [allButZod, byPath] },
  // Browsers use them, so they import nothing that runs but each other.
  "contracts, folds": {
    files: ["libs/contracts/src/*/apply.ts"],
    bans: [{ group: ["*", "**/*", "!./**", "!../**"], message: "A fold imports types only." }],
  },
  messaging: { files: ["libs/messaging/src/**"], bans: [...library, workspacesButContracts] },
  "service-kit": { files: ["libs/service-kit/src/**"], bans: [...library, allWorkspaces, bus] },
  rendering: { files: ["libs/rendering/src/**"], bans: [...library, allWorkspaces, bus] },
  services: { files: ["services/*/src/**"], bans: service },
  gateway: { files: ["services/gateway/src/**"], bans: without(service, http) },
  store: {
    files: ["services/state/src/store/**", "services/state/src/blobs/mongo/**"],
    bans: [...without(service, database), messaging],
  },
  decisions: {
    files: ["services/state/src/entities/**", "services/state/src/log/decision.ts"],
    bans: [...service, messaging, kit, io, adapters],
  },
  // The files of an entity that do I/O.
  endpoints: {
    files: [
      "services/state/src/entities/**/*endpoints.ts",
      "services/state/src/entities/**/{collect,consume-ticks,find-*,put,read,search,sweep}.ts",
    ],
    bans: service,
  },
  supervisor: {
    files: ["apps/supervisor/src/**"],
    bans: [bus, database, http, servicesButConfig, rigs],
  },
  cli: { files: ["apps/cli/src/**"], bans: [bus, database, http, servicesButState, rigs] },
  console: {
    files: ["apps/console/src/**"],
    bans: [workspacesButContracts, bus, database, http, rigs, nodeModules],
  },
  tools: { files: ["tools/**"], bans: [bus, database, http, rigs] },
  tests: {
    files: ["tests/**"],
    bans: [
      http,
      { regex: "^@vega/bench($|/)|^(\\.\\./)+bench/", message: "Tests do not import benchmarks." },
    ],
  },
  bench: { files: ["bench/**"], bans: [http] },
  examples: { files: ["examples/**"], bans: [allWorkspaces, byPath] },
  // Locks the data folder with an empty SQLite database.
  "supervisor, data folder": {
    files: ["apps/supervisor/src/data-folder.ts"],
    bans: [bus, http, servicesButConfig, rigs],
  },
};

/** The layers as overrides of oxlint. */
export const layerOverrides: OxlintOverride[] = Object.values(LAYERS).map(({ files, bans }) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [...bans] }] },
}));
