import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { processIdentity } from "../../../tools/process-identity.mjs";
import { endAll, runs } from "./processes.ts";

test("a process is known by more than its pid, and the wrong one is left alone", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const identity = processIdentity(pid) ?? "";
  expect(runs({ name: "it", pid, identity })).toBe(true);

  const stranger = { name: "stranger", pid, identity: `${identity}0` };
  expect(runs(stranger)).toBe(false);
  await endAll([stranger], 0);
  expect(child.exitCode ?? child.signalCode).toBeNull();

  const exit = once(child, "exit");
  await endAll([{ name: "it", pid, identity }], 5_000);
  await exit;
  expect(child.signalCode).toBe("SIGTERM");
  expect(processIdentity(pid)).toBeUndefined();
});
