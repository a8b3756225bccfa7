import { VegaError } from "@vega/contracts";
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import fp from "fastify-plugin";
import { hash, timingSafeEqual } from "node:crypto";
import type { Dependencies } from "../dependencies.ts";

/** Who may use a route: everyone, or who carries the admin token. */
type Access = "open" | "admin";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /** A stream stays open, a probe may answer that things are bad: neither says how well requests are served. */
    kind?: "stream" | "probe";
  }
}

/** Routes of plugins that can't carry a declaration of ours, by prefix. */
const DECLARED_BY_PREFIX: readonly (readonly [string, Access])[] = [["/docs", "open"]];

const sha256 = (text: string) => hash("sha256", text, "buffer");

/** Compares bearer tokens in constant time: digests have one length, whatever is sent. */
function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = sha256(token);
  return (authorization) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
    return given !== undefined && timingSafeEqual(sha256(given), expected);
  };
}

/** Every route says who may use it; one that does not is a fault, found at the start. */
export const auth = fp(async (app, { config }: Dependencies) => {
  const isAdmin = createTokenCheck(config.adminToken);
  const requireAdmin = (
    request: FastifyRequest,
    _reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ) => {
    if (!isAdmin(request.headers.authorization)) {
      return done(
        new VegaError("unauthorized", "send the admin token: Authorization: Bearer <token>"),
      );
    }
    request.actor = "admin";
    done();
  };
  app.addHook("onRoute", (route) => {
    const access =
      route.config?.access ??
      DECLARED_BY_PREFIX.find(([prefix]) => route.url.startsWith(prefix))?.[1];
    if (!access)
      throw new Error(`${String(route.method)} ${route.url} does not declare its access`);
    if (access === "admin") route.onRequest = [requireAdmin, ...[route.onRequest ?? []].flat()];
  });
});
