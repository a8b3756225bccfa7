import fastify from "fastify";
import { expect, test } from "vitest";
import type { Dependencies } from "../dependencies.ts";
import { auth } from "./auth.ts";

test("a route that does not say who may use it stops the start", async () => {
  const app = fastify();
  await app.register(auth, { config: { adminToken: "t" } } as Dependencies);
  expect(() => app.get("/api/forgotten", () => "x")).toThrow("does not declare its access");
});
