import type { BulkWriteResult } from "mongodb";
import {
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
} from "mongodb";
import { expect, test } from "vitest";
import { StoreUnavailableError } from "../store.ts";
import { ConnectionBrokenError, isWorthAnotherTry, toStoreError } from "./errors.ts";
import { toWriteError } from "./write-error.ts";

const serverError = (code: number, ...errorLabels: string[]) =>
  new MongoServerError({ message: "no", code, errorLabels });
const socketError = Object.assign(new Error("This socket has been ended by the other party"), {
  code: "EPIPE",
});
const notFound = new MongoServerSelectionError("none", {
  servers: new Map(),
} as ConstructorParameters<typeof MongoServerSelectionError>[1]);

test.each([
  ["a broken connection", new MongoNetworkError("reset")],
  ["no answer", new MongoNetworkTimeoutError("timed out")],
  ["no server to be found", notFound],
  ["the socket's own error", socketError],
  ["a commit whose connection broke", new ConnectionBrokenError(new TypeError("no function"))],
  ["a server that is no primary any more", serverError(10_107)],
  ["a server that is shutting down", serverError(91)],
  ["no confirmation by a majority", serverError(64)],
  ["another transaction in the way", serverError(112, "TransientTransactionError")],
])("%s: the store is away", (_, error) => {
  expect(toStoreError(error)).toBeInstanceOf(StoreUnavailableError);
  expect((toStoreError(error) as Error).cause).toBe(error);
});

test.each([
  ["a document that a validator refuses", serverError(121)],
  ["a key that is there already", serverError(11_000)],
  ["a wrong password", serverError(18)],
  ["a wrong call of the driver", new MongoInvalidArgumentError("no")],
  ["a fault of ours", new TypeError("no function")],
])("%s stays what it is", (_, error) => {
  expect(toStoreError(error)).toBe(error);
});

test("a transaction is tried again where that can help at once", () => {
  expect(isWorthAnotherTry(serverError(112, "TransientTransactionError"))).toBe(true);
  expect(isWorthAnotherTry(new MongoNetworkError("reset"))).toBe(true);
  expect(isWorthAnotherTry(socketError)).toBe(true);
  expect(isWorthAnotherTry(new MongoNetworkTimeoutError("timed out"))).toBe(false);
  expect(isWorthAnotherTry(notFound)).toBe(false);
  expect(isWorthAnotherTry(serverError(121))).toBe(false);
});

test("a connection that broke within a bulk write is no refusal", () => {
  const broken = new MongoNetworkError("connection 21 to db:27017 closed");
  const error = new MongoBulkWriteError(broken, {} as BulkWriteResult);
  expect(toWriteError("memory", ["a"], error)).toBe(broken);
  expect(toStoreError(toWriteError("memory", ["a"], error))).toBeInstanceOf(StoreUnavailableError);
});
