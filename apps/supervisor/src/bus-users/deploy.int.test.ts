import { BUS_USERS } from "@vega/contracts";
import { reservePort, until } from "@vega/test-support";
import { connect } from "nats";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { makeSecrets } from "../../../cli/src/compose-secrets/files.ts";
import { findNatsServer } from "../../../../tools/nats-server.mjs";
import { proveNatsServer } from "../../../../tools/nats-server/prove.mjs";

const ROOT = join(import.meta.dirname, "../../../..");

test("a nats-server starts with deploy/nats and the generated secrets, and accepts each user", async () => {
  const program = await findNatsServer({ env: process.env, log: console.log, root: ROOT });
  // The paths of the container, under a temporary folder.
  const root = mkdtempSync(join(tmpdir(), "vega-deploy-"));
  const secrets = join(root, "run/secrets");
  cpSync(join(ROOT, "deploy/nats"), join(root, "etc/vega"), { recursive: true });
  mkdirSync(join(root, "run"));
  makeSecrets({ folder: secrets, uid: process.getuid?.() ?? 0 });
  const port = await reservePort();
  const config = join(root, "etc/vega/nats.conf");
  // No fixed port, and no folder outside of the temporary one.
  const text = readFileSync(config, "utf8")
    .replace('store_dir: "/data"', `store_dir: ${JSON.stringify(root)}`)
    .replace(/^http: .*$/m, "");
  // start.sh does the same for a server of 2.9.
  const isOld = (await proveNatsServer(program)).startsWith("2.9.");
  writeFileSync(config, isOld ? text.replace(/^.*sync_interval:.*$/m, "") : text);
  const listen = ["-a", "127.0.0.1", "-p", String(port)];
  const server = spawn(program, ["-c", config, ...listen], { stdio: "ignore" });
  onTestFinished(() => {
    server.kill("SIGKILL");
    rmSync(root, { recursive: true });
  });
  for (const user of BUS_USERS) {
    const url = new URL(readFileSync(join(secrets, `nats_url_${user}`), "utf8").trim());
    const connection = await until("it takes the password", () =>
      connect({ servers: `127.0.0.1:${port}`, user: url.username, pass: url.password }),
    );
    await connection.close();
  }
});
