import { VegaError, users } from "@vega/contracts";
import { expect, test } from "vitest";
import { storeOf } from "./testing/store.ts";
import { startUpkeep } from "./upkeep.ts";

function given() {
  const world = { now: 0, away: false, sweeps: 0, checks: 0, dueSent: 0, allSent: 0, boots: 0 };
  const upkeep = () =>
    startUpkeep({
      store: storeOf({
        [users.requests.sweepExpired.subject]: () => ({ sequence: 1, removed: ++world.sweeps }),
      }),
      keys: {
        async check() {
          world.checks += 1;
          if (world.away) throw new VegaError("unavailable", "away");
        },
      } as never,
      bootstrap: {
        async run() {
          world.boots += 1;
        },
      },
      notes: {
        sendDue: () => (world.dueSent += 1),
        async sendAll() {
          world.allSent += 1;
        },
      } as never,
      elapsed: () => world.now,
      log: { info: () => undefined, error: () => undefined } as never,
    });
  return { world, upkeep };
}

test("each tick checks keys and failed logins; expired records are swept once a minute", async () => {
  const { world, upkeep } = given();
  const running = upkeep();
  await running.prepared;
  expect(running.state()).toBe("ok");
  for (let n = 0; n < 40; n += 1) {
    await running.onTick();
    world.now += 3_000;
  }
  expect(world).toMatchObject({ sweeps: 2, checks: 41, dueSent: 40, boots: 1 });
  await running.stop();
  expect(world.allSent).toBe(1);
});

test("it waits while state is unavailable, and can be stopped", async () => {
  const { world, upkeep } = given();
  world.away = true;
  const running = upkeep();
  await expect(running.onTick()).rejects.toMatchObject({ code: "unavailable" });
  expect(running.state()).toBe("waiting for state");
  await running.stop();
  expect(world.boots).toBe(0);
});

test("it continues when state is available again", async () => {
  const { world, upkeep } = given();
  world.away = true;
  const running = upkeep();
  world.away = false;
  await running.prepared;
  expect(running.state()).toBe("ok");
  await running.stop();
});
