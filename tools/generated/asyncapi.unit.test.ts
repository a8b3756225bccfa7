import specs from "@asyncapi/specs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { LOG_EVENTS } from "@vega/contracts";
import { expect, test } from "vitest";
import { asyncApi } from "./asyncapi.ts";

const document = asyncApi("1.2.3") as {
  asyncapi: "3.0.0";
  channels: Record<string, { address: string }>;
};

function validator() {
  // As AsyncAPI publishes it, with formats of its own and draft-07's inside.
  const ajv = new Ajv({ strict: false, logger: false });
  addFormats.default(ajv);
  return ajv.compile(specs.schemasWithoutId[document.asyncapi]);
}

test("it is an AsyncAPI document, by AsyncAPI's own schema", () => {
  const isValid = validator();
  expect(isValid(document), JSON.stringify(isValid.errors?.slice(0, 5), null, 2)).toBe(true);
  // The schema looks at what it says.
  expect(isValid({ ...document, channels: { one: { adress: "vega.events.one" } } })).toBe(false);
});

test("every event of the log has a channel of its own", () => {
  const addresses = Object.values(document.channels).map(({ address }) => address);
  expect(addresses).toEqual(LOG_EVENTS.map(({ subject }) => subject));
});
