import { expect, test } from "vitest";
import { testApp } from "../testing/app.ts";
import fastify from "fastify";
import { auth } from "./auth.ts";

test("a route without `config.access` stops the start", async () => {
  const { dependencies, close } = await testApp();
  const app = fastify();
  await app.register(auth, dependencies);
  expect(() => app.get("/api/forgotten", () => "x")).toThrow("does not declare its access");
  await close();
});
