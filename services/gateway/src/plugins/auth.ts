import { VegaError } from "@vega/contracts";
import type { FastifyRequest, HookHandlerDoneFunction } from "fastify";
import fp from "fastify-plugin";
import { callbackify } from "node:util";
import type { Access } from "../access/access.ts";
import { admit, isPublic } from "../access/access.ts";
import type { Credential } from "../access/credentials.ts";
import { readCredential } from "../access/credentials.ts";
import { requireOwnOrigin } from "../access/origin.ts";
import type { Principal } from "../access/principal.ts";
import { actorOf, ANONYMOUS } from "../access/principal.ts";
import type { AccessRow } from "../access/table.ts";
import type { GatewayConfig } from "../config.ts";
import type { Dependencies } from "../dependencies.ts";
import { contextOf } from "./request-context.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /**
     * Routes that do not count for the service level: streams stay open, probes report failures, models are slow,
     * transfers take as long as the client's connection.
     */
    kind?: "stream" | "probe" | "model" | "transfer";
  }
  interface FastifyInstance {
    /** Every route with its access. */
    accessTable: readonly AccessRow[];
  }
  interface FastifyRequest {
    /** The caller; always anonymous on routes with access `open`. */
    principal: Principal;
  }
}

/** Access of routes that plugins register, by prefix. */
const DECLARED_BY_PREFIX: readonly (readonly [string, Access])[] = [["/docs", "open"]];

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Account and session of the caller, on a route with access `account`, which only sessions have. */
export function accountOf({ principal }: FastifyRequest): { userId: string; sessionId: string } {
  if (principal.kind !== "session")
    throw new Error(`the access \`account\` admitted a principal of kind ${principal.kind}`);
  return principal;
}

/** Throws VegaError `forbidden` for a write by cookie from a page of another origin. */
function requireSameSite(
  request: FastifyRequest,
  principal: Principal,
  { allowedOrigins }: GatewayConfig,
): void {
  if (principal.kind !== "session" || principal.via !== "cookie") return;
  if (!READING.has(request.method)) requireOwnOrigin(request.headers, allowedOrigins);
}

/**
 * The caller of a route with access `open`; anonymous for an invalid credential. Throws VegaError `forbidden` for a
 * write by cookie from another origin.
 */
export async function visitorOf(
  request: FastifyRequest,
  { identity, config }: Pick<Dependencies, "identity" | "config">,
): Promise<Principal> {
  let principal: Principal = ANONYMOUS;
  try {
    principal = await identity.authenticate(readCredential(request.headers));
  } catch {
    return ANONYMOUS;
  }
  requireSameSite(request, principal, config);
  return principal;
}

/** Authenticates and authorizes. A route without `config.access` stops the start. */
export const auth = fp(async (app, { config, identity }: Dependencies) => {
  const isOpen = (access: Access) => config.publicReads && isPublic(access);

  const identify = async (credential: Credential, access: Access): Promise<Principal> => {
    try {
      return await identity.authenticate(credential);
    } catch (error) {
      // An expired cookie must not block public reads.
      const over = error instanceof VegaError && error.code === "unauthorized";
      if (over && credential.kind === "cookie" && isOpen(access)) return ANONYMOUS;
      throw error;
    }
  };
  const recordDenial = (request: FastifyRequest, error: unknown) => {
    const reason = error instanceof VegaError ? error.code : undefined;
    if (reason !== "unauthorized" && reason !== "forbidden") return;
    const { method, routeOptions } = request;
    identity.denied({ method, route: routeOptions.url ?? "", reason, context: contextOf(request) });
  };

  const authorize = callbackify(
    async (request: FastifyRequest, credential: Credential, access: Access): Promise<void> => {
      try {
        const principal = await identify(credential, access);
        request.principal = principal;
        request.actor = actorOf(principal);
        requireSameSite(request, principal, config);
        admit(principal, access, config.publicReads);
      } catch (error) {
        // A request without a credential is a missing login, not a denied attempt.
        if (credential.kind !== "none") recordDenial(request, error);
        throw error;
      }
      if (access === "admin" && READING.has(request.method)) {
        identity.adminRead(request.routeOptions.url ?? "", contextOf(request));
      }
    },
  );
  const guard =
    (access: Access) =>
    (request: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void => {
      const credential = readCredential(request.headers);
      // Fast path of most reads: no credential, and none needed.
      if (credential.kind === "none" && isOpen(access)) return done();
      authorize(request, credential, access, (error) => done(error ?? undefined));
    };

  const table: AccessRow[] = [];
  app.decorate("accessTable", table);
  app.decorateRequest("principal");
  app.addHook("onRequest", (request, _reply, done) => {
    request.principal = ANONYMOUS;
    done();
  });
  app.addHook("onRoute", (route) => {
    const access =
      route.config?.access ??
      DECLARED_BY_PREFIX.find(([prefix]) => route.url.startsWith(prefix))?.[1];
    if (!access)
      throw new Error(`${String(route.method)} ${route.url} does not declare its access`);
    for (const method of [route.method].flat()) {
      if (method !== "HEAD") table.push({ method, url: route.url, access });
    }
    if (access !== "open") route.onRequest = [guard(access), ...[route.onRequest ?? []].flat()];
  });
});
