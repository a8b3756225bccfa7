import type { Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, logIn, PASSWORD } from "./people.ts";

/*
 * Sends every request of the OpenAPI document as its example shows it, to a system that has just been set up: what a
 * newcomer gets from "Try it out".
 */

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly example?: unknown };
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> };
  readonly "x-access"?: string;
}

/** Operations that cannot succeed on a fresh system, by their status; all others respond with 2xx. */
const REFUSED: Readonly<Record<number, readonly string[]>> = {
  // The example has a placeholder for the password or the token.
  401: ["changePassword", "deleteAccount", "logIn", "refreshSession"],
  // By default registration needs an invitation.
  403: ["register"],
  // The example has a placeholder for an id, or the key of an entry that does not exist yet.
  404: [
    "addFileVersion",
    "changeFile",
    "cancelWhitepaperGeneration",
    "createEmbeddings",
    "createPasswordReset",
    "deleteConversation",
    "deleteFile",
    "deleteMemoryEntry",
    "deleteUser",
    "downloadFile",
    "downloadMessageFile",
    "endSession",
    "exportConversation",
    "forkConversation",
    "getAsset",
    "getBudget",
    "getConversation",
    "getFile",
    "getMemoryEntry",
    "getOrchestra",
    "getThumbnail",
    "getUser",
    "listFileVersions",
    "getWhitepaperGeneration",
    "listMessages",
    "renameConversation",
    "revokeApiKey",
    "stopConversation",
    "updateUser",
  ],
  // All agents of a fresh system are built in.
  409: ["deleteAgent"],
  // The body is a file, which has no example.
  415: ["uploadWhitepaper", "uploadWhitepaperVersion"],
  // No provider is configured.
  503: [
    "analyzeWithAnthropic",
    "analyzeWithXai",
    "chatWithAnthropic",
    "chatWithDeepseek",
    "chatWithOpenAi",
    "chatWithXai",
    "generateDeepseekCode",
    "generateMusicPrompt",
    "generateSunoTrack",
    "generateVisualPrompt",
  ],
};
const EXPECTED: ReadonlyMap<string, number> = new Map(
  Object.entries(REFUSED).flatMap(([status, ids]) =>
    ids.map((id) => [id, Number(status)] as const),
  ),
);

let network: Network;
beforeAll(async () => {
  network = await startNetwork({ env: { VEGA_OFFER_WHITEPAPERS: "true" } });
  const offered = async () => (await network.api.get("/api/whitepapers")).body.length === 4;
  await until("the whitepapers are offered", offered, 60_000);
}, 120_000);
afterAll(() => network?.close());

let count = 0;
/** The access token of a new administrator. */
async function newAccount(): Promise<string> {
  const username = `reader${(count += 1)}`;
  const body = { username, password: PASSWORD, role: "admin" };
  const { status } = await network.api.send("POST", "/api/admin/users", body);
  expect(status).toBe(201);
  return (await logIn(network.api, username)).access;
}

async function send(method: string, path: string, operation: Operation): Promise<number> {
  let url = path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const { name, in: place, schema } of operation.parameters ?? []) {
    if (schema.example === undefined) continue;
    const value = String(schema.example);
    if (place === "path") url = url.replace(`{${name}}`, encodeURIComponent(value));
    else if (place === "header") headers[name] = value;
    else query.set(name, value);
  }
  const content = operation.requestBody?.content ?? {};
  const example = content["application/json"]?.example;
  const form = content["multipart/form-data"]?.example;
  const controller = new AbortController();
  const access = operation["x-access"];
  const response = await fetch(`${network.api.url}${url}?${query.toString()}`, {
    method: method.toUpperCase(),
    headers: {
      ...headers,
      ...(access === undefined ? {} : bearer(await newAccount())),
      ...(example === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(example === undefined ? {} : { body: JSON.stringify(example) }),
    ...(form === undefined ? {} : { body: toForm(form as Record<string, string>) }),
    signal: controller.signal,
  });
  // A stream of events does not end by itself.
  controller.abort();
  return response.status;
}

/** The part `file` is a file, the others are fields. */
function toForm(example: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(example)) {
    if (name === "file") form.append(name, new Blob([value]), "example.txt");
    else form.append(name, value);
  }
  return form;
}

test("every example works as it stands", async () => {
  const { body: document } = await network.api.get("/api/openapi");
  const unexpected: string[] = [];
  for (const [path, methods] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { operationId } = operation;
      const status = await send(method, path, operation);
      const expected = EXPECTED.get(operationId);
      const isExpected =
        expected === undefined ? status >= 200 && status < 300 : status === expected;
      if (!isExpected) unexpected.push(`${operationId}: ${status}`);
    }
  }
  expect(unexpected).toEqual([]);
}, 120_000);
