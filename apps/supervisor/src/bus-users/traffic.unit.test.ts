import type { BusService, RequestContract } from "@vega/contracts";
import * as contracts from "@vega/contracts";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const { BUS_SERVICES, TRAFFIC } = contracts;
const ROOT = join(import.meta.dirname, "../../../..");

/** Served, and asked by nobody yet. */
const UNASKED = ["appendMessages"];

const requests = new Map(
  Object.entries(contracts).flatMap(([name, one]) =>
    typeof one === "object" && "timeoutMs" in one ? [[name, one as RequestContract] as const] : [],
  ),
);
const nameOf = (contract: RequestContract) =>
  [...requests].find(([, other]) => other === contract)?.[0];

/** What the code of a service takes from a package, beside types. */
function imported(service: BusService, from: string): Set<string> {
  const names = globSync(`services/${service}/src/**/*.ts`, { cwd: ROOT })
    .filter((file) => !/\.test\.ts$|testing/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, file), "utf8").matchAll(/^import \{([^}]*)\} from "([^"]*)"/gm),
    ])
    .flatMap(([, list = "", source]) => (source === from ? list.split(",") : []));
  return new Set(names.map((name) => name.trim()));
}

describe.each(BUS_SERVICES)("%s", (service) => {
  const traffic = TRAFFIC[service];
  const fromContracts = imported(service, "@vega/contracts");
  const fromMessaging = imported(service, "@vega/messaging");

  test("asks what its code asks, and nothing else", () => {
    const inCode = [...requests]
      .filter(([name]) => fromContracts.has(name))
      .filter(([, { subject }]) => contracts.answererOf(subject) !== service)
      .map(([name]) => name);
    // What messaging asks in its name.
    if (fromMessaging.has("followLog")) inCode.push("readLog");
    inCode.push("reportErrors");
    expect(new Set(traffic.asks.map(nameOf))).toEqual(new Set(inCode));
  });

  test("publishes, hears and reads what its code does, and nothing else", () => {
    const uses = (name: string) => fromMessaging.has(name);
    const events = contracts.ALL_EVENTS_SUBJECT;
    const delta = contracts.messageDelta.subject;
    const all = (...subjects: readonly (string | false)[]) => subjects.filter(Boolean);
    expect(traffic).toMatchObject({
      publishes: all(
        uses("publishInOrder") && events,
        uses("publishFenced") && contracts.LOOP_TICKED.subject,
        uses("tell") && delta,
      ),
      hears: all(uses("followLog") && events, uses("listen") && delta),
      gathersReports: uses("collectReports"),
    });
    expect(traffic.consumes.length > 0).toBe(uses("consume"));
    expect(traffic.lease !== undefined).toBe(uses("holdLease"));
    expect(traffic.keeps !== undefined).toBe(uses("ensureStream"));
    expect(traffic.keeps?.removes ?? false).toBe(uses("purgeStream") || uses("eraseMessage"));
  });
});

test("every request is asked by somebody and answered by a service", () => {
  const asked = new Set(BUS_SERVICES.flatMap((service) => TRAFFIC[service].asks));
  const unasked = [...requests].filter(([, contract]) => !asked.has(contract));
  expect(unasked.map(([name]) => name)).toEqual(UNASKED);
  const answerers = [...requests.values()].map(({ subject }) => contracts.answererOf(subject));
  expect(BUS_SERVICES).toEqual(expect.arrayContaining([...new Set(answerers)]));
});
