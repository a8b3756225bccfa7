import type { Capability } from "@vega/contracts";
import { moduleOff } from "@vega/contracts";
import type { HookHandlerDoneFunction } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import type { ReadModel } from "../read-model/read-model.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The module that this route belongs to: while it is off, the route answers 409. */
    capability?: Capability;
  }
}

/** Throws VegaError `module_off` where the module is off, `unavailable` before the state has been read. */
export function requireModule({ off }: Pick<ReadModel, "off">, capability: Capability): void {
  if (off().includes(capability)) throw moduleOff(capability);
}

/** Closes the routes of modules that are off. Registered after `auth`: who may not get in is not told what is off. */
export const gates = fp(async (app, { readModel }: Dependencies) => {
  const gate =
    (capability: Capability) =>
    (_request: unknown, _reply: unknown, done: HookHandlerDoneFunction): void => {
      try {
        requireModule(readModel, capability);
      } catch (error) {
        return done(error as Error);
      }
      done();
    };
  app.addHook("onRoute", (route) => {
    const { capability } = route.config ?? {};
    if (capability) route.onRequest = [...[route.onRequest ?? []].flat(), gate(capability)];
  });
});
