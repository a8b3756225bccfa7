import { VegaError } from "@vega/contracts";
import type { FastifyRequest, HookHandlerDoneFunction } from "fastify";
import fp from "fastify-plugin";
import { callbackify } from "node:util";
import type { Access } from "../access/access.ts";
import { admit, isPublic } from "../access/access.ts";
import type { Credential } from "../access/credentials.ts";
import { readCredential } from "../access/credentials.ts";
import { isOwnOrigin } from "../access/origin.ts";
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
     * A stream stays open, a probe may answer that things are bad, and a model takes its time: none of them says how
     * well requests are served.
     */
    kind?: "stream" | "probe" | "model";
  }
  interface FastifyInstance {
    /** Every route and who may use it. */
    accessTable: readonly AccessRow[];
  }
  interface FastifyRequest {
    /** Who asks; anonymous on routes that are open to all, whatever was sent. */
    principal: Principal;
  }
}

/** Routes of plugins that can't carry a declaration of ours, by prefix. */
const DECLARED_BY_PREFIX: readonly (readonly [string, Access])[] = [["/docs", "open"]];

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** The account and session of who asks, on a route with access `account`: only sessions get there. */
export function accountOf({ principal }: FastifyRequest): { userId: string; sessionId: string } {
  if (principal.kind !== "session") throw new Error(`a ${principal.kind} has no session`);
  return principal;
}

/** Throws VegaError `forbidden` for a change by cookie that does not come from a page of ours. */
function requireOwnOrigin(
  request: FastifyRequest,
  principal: Principal,
  { allowedOrigins }: GatewayConfig,
): void {
  if (principal.kind !== "session" || principal.via !== "cookie") return;
  if (READING.has(request.method) || isOwnOrigin(request.headers, allowedOrigins)) return;
  throw new VegaError(
    "forbidden",
    "a change by cookie must come from a page of this server, which its Origin header shows; " +
      "see VEGA_ALLOWED_ORIGINS, or send a bearer token",
  );
}

/**
 * Who asks, on a route that is open to all; anonymous also for who can't prove it any more. Throws VegaError `forbidden`
 * for a change by cookie from elsewhere.
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
  requireOwnOrigin(request, principal, config);
  return principal;
}

/** Every route says who may use it; one that does not is a fault, found at the start. */
export const auth = fp(async (app, { config, identity }: Dependencies) => {
  const isOpen = (access: Access) => config.publicReads && isPublic(access);

  const identify = async (credential: Credential, access: Access): Promise<Principal> => {
    try {
      return await identity.authenticate(credential);
    } catch (error) {
      // A cookie that is over must not keep a visitor from what is open to all.
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

  const enter = callbackify(
    async (request: FastifyRequest, credential: Credential, access: Access): Promise<void> => {
      try {
        const principal = await identify(credential, access);
        request.principal = principal;
        request.actor = actorOf(principal);
        requireOwnOrigin(request, principal, config);
        admit(principal, access, config.publicReads);
      } catch (error) {
        // Who shows nothing has only not logged in yet.
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
      // Most reads: nothing is shown and nothing is asked for.
      if (credential.kind === "none" && isOpen(access)) return done();
      enter(request, credential, access, (error) => done(error ?? undefined));
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
