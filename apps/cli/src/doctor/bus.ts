import type { Probed } from "@vega/messaging";
import { probeBus } from "@vega/messaging";
import { atLeast, MINIMUM } from "../../../../tools/nats-server/prove.mjs";
import { addressOf, busServers } from "@vega/supervisor/external-bus";
import { greeting } from "@vega/supervisor/server-info";
import type { Finding } from "./finding.ts";
import { fail, ok, warn } from "./finding.ts";

const WAIT_MS = 3_000;
/** As the bus of `npm start` has it: prompts, imports and pages of the log go over it as a whole. */
const PAYLOAD_BYTES = 8 * 1024 * 1024;
const LEAST_PAYLOAD_BYTES = 1024 * 1024;

/**
 * @param url where it is; it may hold a password and is never shown
 * @param ask whether JetStream is asked how it is; a platform that runs says so itself
 */
export async function checkBus(url: string, ask: boolean): Promise<Finding[]> {
  const what = "bus";
  const servers = busServers(url) ?? [];
  const heard = await Promise.all(servers.map(({ host, port }) => greeting(host, port)));
  const where = servers.map(addressOf).join(", ");
  const silent = heard.flatMap((one, at) => {
    const server = servers[at];
    return "failure" in one && server ? [`${addressOf(server)}: ${one.failure}`] : [];
  });
  if (silent.length === servers.length) {
    return [fail(what, silent.join("; "), "start the bus, or mend NATS_URL")];
  }
  const findings = silent.map((found) => warn(what, found, "start this one of its servers, too"));
  const probed = await probeBus(url, { timeoutMs: WAIT_MS, ask });
  if (!probed) {
    const mend = "mend the user, password or token in NATS_URL, and whether it needs TLS";
    return [...findings, fail(what, `${where} lets nobody in with this NATS_URL`, mend)];
  }
  const { version, maxPayload, jetstream } = probed;
  const found = `nats-server ${version} at ${where}`;
  return [
    ...findings,
    atLeast(version.split("-")[0] ?? version, MINIMUM)
      ? ok(what, found)
      : fail(what, found, `VEGA needs ${MINIMUM} or newer`),
    payload(maxPayload),
    jetstreamOf(jetstream),
  ];
}

function jetstreamOf(jetstream: Probed["jetstream"]): Finding {
  const what = "JetStream";
  switch (jetstream) {
    case "asked":
      return ok(what, "is on");
    case "denied":
      return fail(
        what,
        "is on, and not for this user",
        "name a user in NATS_URL that may do all that VEGA does; an observer may read events alone",
      );
    case "silent":
      return warn(what, "is on and does not answer", "see that its cluster has a leader and room");
    default:
      return fail(
        what,
        "is off",
        "start nats-server with JetStream: --jetstream, or jetstream {} in its file",
      );
  }
}

function payload(bytes: number): Finding {
  const found = `${bytes} bytes a message`;
  if (bytes >= PAYLOAD_BYTES) return ok("payload", found);
  const mend = `set max_payload: 8MB at the bus: what is larger than its limit is refused`;
  return bytes >= LEAST_PAYLOAD_BYTES ? warn("payload", found, mend) : fail("payload", found, mend);
}
