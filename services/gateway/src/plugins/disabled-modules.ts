import type { Capability } from "@vega/contracts";
import { moduleOff } from "@vega/contracts";
import type { HookHandlerDoneFunction } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import type { ReadModel } from "../read-model/read-model.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The module that this route needs; while it is off, the response is 409. */
    capability?: Capability;
  }
}

/** Throws VegaError: `module_off` for a disabled module, `unavailable` before the state has been read. */
export function requireModule(
  readModel: Pick<ReadModel, "disabledCapabilities">,
  capability: Capability,
): void {
  if (readModel.disabledCapabilities().includes(capability)) throw moduleOff(capability);
}

/** Refuses routes of disabled modules. Registered after `auth`, so that an anonymous caller gets 401. */
export const disabledModules = fp(async (app, { readModel }: Dependencies) => {
  const guard =
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
    if (capability) route.onRequest = [...[route.onRequest ?? []].flat(), guard(capability)];
  });
});
