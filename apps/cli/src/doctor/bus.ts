import type { Probed } from "@vega/messaging";
import { probeBus } from "@vega/messaging";
import { atLeast, MINIMUM } from "../../../../tools/nats-server/prove.mjs";
import { addressOf, busServers } from "@vega/supervisor/external-bus";
import { readServerInfo } from "@vega/supervisor/server-info";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

const TIMEOUT_MS = 3_000;
/** Limit of the embedded bus: prompts, imports and pages of the log are single messages. */
const WANTED_PAYLOAD_BYTES = 8 * 1024 * 1024;
const MIN_PAYLOAD_BYTES = 1024 * 1024;

/**
 * @param url may hold a password and is never shown
 * @param probesJetStream whether to send a request to JetStream; a running platform reports its state itself
 */
export async function checkBus(url: string, probesJetStream: boolean): Promise<Finding[]> {
  const check = "bus";
  const servers = busServers(url) ?? [];
  const infos = await Promise.all(servers.map(({ host, port }) => readServerInfo(host, port)));
  const addresses = servers.map(addressOf).join(", ");
  const failures = infos.flatMap((info, index) => {
    const server = servers[index];
    return "failure" in info && server ? [`${addressOf(server)}: ${info.failure}`] : [];
  });
  if (failures.length === servers.length) {
    return [fail(check, failures.join("; "), "start the bus, or fix NATS_URL")];
  }
  const findings = failures.map((failure) => warn(check, failure, "start this server, too"));
  const probed = await probeBus(url, { timeoutMs: TIMEOUT_MS, ask: probesJetStream });
  if (!probed) {
    const remedy = "fix user, password or token in NATS_URL; use tls:// where the bus requires TLS";
    return [...findings, fail(check, `${addresses} rejects the login of NATS_URL`, remedy)];
  }
  const { version, maxPayload, jetstream } = probed;
  const result = `nats-server ${version} at ${addresses}`;
  return [
    ...findings,
    atLeast(version.split("-")[0] ?? version, MINIMUM)
      ? ok(check, result)
      : fail(check, result, `VEGA needs ${MINIMUM} or newer`),
    checkPayload(maxPayload),
    checkJetStream(jetstream),
  ];
}

function checkJetStream(jetstream: Probed["jetstream"]): Finding {
  const check = "JetStream";
  switch (jetstream) {
    case "asked":
      return ok(check, "is on");
    case "denied":
      return fail(
        check,
        "is on; permission denied for this user",
        "name a user in NATS_URL with the permissions of all services; an observer may only read events",
      );
    case "silent":
      return warn(
        check,
        "is on and does not respond",
        "check that its cluster has a leader and free disk space",
      );
    default:
      return fail(
        check,
        "is off",
        "start nats-server with JetStream: --jetstream, or jetstream {} in its configuration",
      );
  }
}

function checkPayload(bytes: number): Finding {
  const result = `${bytes} bytes a message`;
  if (bytes >= WANTED_PAYLOAD_BYTES) return ok("payload", result);
  const level = bytes >= MIN_PAYLOAD_BYTES ? warn : fail;
  return level("payload", result, "set max_payload: 8MB at the bus: larger messages are rejected");
}
