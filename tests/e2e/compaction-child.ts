import { createLogger } from "@vega/service-kit";
import { startRetention } from "../../services/state/src/retention/retention.ts";
import { createWriter } from "../../services/state/src/log/writer.ts";
import { openSqliteStore } from "../../services/state/src/store/sqlite/sqlite-store.ts";

/* Compacts a log as state does, in a process for tests to kill. Arguments: database file, current time. */

const [path = "", time = ""] = process.argv.slice(2);
const store = await openSqliteStore(path);
const writer = createWriter({
  store,
  now: () => time,
  timeScale: 1,
  relayed: () => 0,
  onCommit: () => undefined,
  onCommitFailed(error) {
    throw error;
  },
});
await writer.open();
await startRetention({
  store,
  writer,
  // Both stages at once: hours are compacted to days as soon as they are complete.
  config: { days: 7, hourlyDays: 7, auditDays: 0 },
  log: createLogger("test", "warn"),
  now: () => Date.parse(time),
  relayed: () => Infinity,
  hold: () => false,
}).due();
await store.close();
