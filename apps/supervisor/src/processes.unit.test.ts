import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { processIdentity } from "../../../tools/process-identity.mjs";
import { isRunning, terminateAll } from "./processes.ts";

test("a process is identified by more than its pid, and another one is not ended", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const identity = processIdentity(pid) ?? "";
  expect(isRunning({ name: "it", pid, identity })).toBe(true);

  const stranger = { name: "stranger", pid, identity: `${identity}0` };
  expect(isRunning(stranger)).toBe(false);
  await terminateAll([stranger], 0);
  expect(child.exitCode ?? child.signalCode).toBeNull();

  const exit = once(child, "exit");
  await terminateAll([{ name: "it", pid, identity }], 5_000);
  await exit;
  expect(child.signalCode).toBe("SIGTERM");
  expect(processIdentity(pid)).toBeUndefined();
});
