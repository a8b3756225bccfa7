import { expect, test } from "vitest";
import { startService } from "./lifecycle.ts";

const open = (stack: AsyncDisposableStack, closed: string[], ...names: string[]) => {
  for (const name of names) stack.defer(async () => void closed.push(name));
};

test("stop closes what was opened in reverse order, once", async () => {
  const closed: string[] = [];
  const service = await startService(async (stack) => {
    open(stack, closed, "store", "bus", "endpoints");
    return { name: "test" };
  });
  expect(service.name).toBe("test");
  expect(closed).toEqual([]);
  await service.stop();
  await service.stop();
  expect(closed).toEqual(["endpoints", "bus", "store"]);
});

test("a step that throws closes what was opened before it", async () => {
  const closed: string[] = [];
  const starting = startService(async (stack) => {
    open(stack, closed, "store", "bus");
    throw new Error("the port is in use");
  });
  await expect(starting).rejects.toThrow("the port is in use");
  expect(closed).toEqual(["bus", "store"]);
});

test("a part that can't be closed does not keep the others open", async () => {
  const closed: string[] = [];
  const service = await startService(async (stack) => {
    open(stack, closed, "store");
    stack.defer(() => Promise.reject(new Error("the bus hangs")));
    open(stack, closed, "endpoints");
    return {};
  });
  await expect(service.stop()).rejects.toThrow("the bus hangs");
  expect(closed).toEqual(["endpoints", "store"]);
});
