import type { Preferences } from "@vega/contracts";
import {
  preferenceValuesSchema,
  preferences,
  preferencesTag,
  preferencesVersion,
} from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { accountOf } from "../plugins/auth.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { matchesEtag, readIfMatch } from "../read-model/etag.ts";
import { problemResponse } from "./schemas.ts";

const shape = component(
  "Preferences",
  z.object({
    preferences: z.record(z.string(), z.unknown()),
    version: z.int().min(0).meta({ description: "Number of writes; 0: never written" }),
    updated_at: z.iso.datetime().nullable(),
  }),
);

const body = preferenceValuesSchema.meta({
  example: { theme: "dark", soundscape: { preset: "alpha", volume: 0.4, playing: true } },
});

const CONDITION =
  "The response has an ETag. With `If-Match` the write is refused with 412 if another client has written since.";

type Stored = Pick<Preferences, "value" | "version" | "updated_at"> | null;

const show = (stored: Stored) => ({
  preferences: stored?.value ?? {},
  version: preferencesVersion(stored),
  updated_at: stored?.updated_at ?? null,
});

/** Sends preferences with their ETag, or 304 to a client that has them. @param owner null: shared */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  owner: string | null,
  { sequence, preferences: stored }: { readonly sequence: number; readonly preferences: Stored },
) {
  setSequenceHeader(reply, sequence);
  const etag = `"${preferencesTag(owner, stored)}"`;
  void reply.header("etag", etag);
  const known = request.method === "GET" ? request.headers["if-none-match"] : undefined;
  if (known !== undefined && matchesEtag(known, etag)) return reply.code(304).send() as never;
  return show(stored);
}

/** What a write asks of state. */
const writeOf = ({ headers }: FastifyRequest, value: z.output<typeof body>) => {
  const if_match = readIfMatch(headers["if-match"]);
  return { value, ...(if_match && { if_match }) };
};

/** Preferences of the own account, and those of the whole system. */
export const preferenceRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/me/preferences",
    {
      config: { access: "account" },
      schema: {
        operationId: "getPreferences",
        summary: "Get the preferences of this account",
        description: "Supports ETag and If-None-Match (304).",
        tags: ["account"],
        response: { 200: shape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { userId } = accountOf(request);
      const input = { user_id: userId };
      const found = await services.request(preferences.requests.get, input, contextOf(request));
      return send(request, reply, userId, found);
    },
  );

  app.put(
    "/api/me/preferences",
    {
      config: { access: "account" },
      schema: {
        operationId: "putPreferences",
        summary: "Replace the preferences of this account: a JSON object of at most 16 KiB",
        description: CONDITION,
        tags: ["account"],
        body,
        response: { 200: shape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { userId } = accountOf(request);
      const input = { user_id: userId, ...writeOf(request, request.body) };
      const done = await services.request(preferences.requests.put, input, contextOf(request));
      return send(request, reply, userId, done);
    },
  );

  app.get(
    "/api/preferences",
    {
      config: { access: "public" },
      schema: {
        operationId: "getSharedPreferences",
        summary: "Get the preferences of the whole system",
        description: "Supports ETag and If-None-Match (304).",
        tags: ["state"],
        response: { 200: shape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const found = await services.request(preferences.requests.getShared, {}, contextOf(request));
      return send(request, reply, null, found);
    },
  );

  app.put(
    "/api/preferences",
    {
      config: { access: "operate" },
      schema: {
        operationId: "putSharedPreferences",
        summary: "Replace the preferences of the whole system: a JSON object of at most 16 KiB",
        description: CONDITION,
        tags: ["state"],
        body,
        response: { 200: shape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = writeOf(request, request.body);
      const context = contextOf(request);
      const done = await services.request(preferences.requests.putShared, input, context);
      return send(request, reply, null, done);
    },
  );
};
