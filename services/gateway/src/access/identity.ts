import type { CloudEvent, RequestContext } from "@vega/contracts";
import { VegaError, apiKeys, audit, signingKeys, systemContext } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import type { z } from "zod";
import type { ServiceClient } from "../service-client.ts";
import { createApiKeys } from "./api-keys.ts";
import type { Authenticate } from "./authenticate.ts";
import { createAuthenticate } from "./authenticate.ts";
import type { Denial } from "./denials.ts";
import { createDenials } from "./denials.ts";
import { createKeyRing } from "./key-ring.ts";
import { createRevocations, REMEMBERED_MS, REVOKING_EVENTS } from "./revocations.ts";
import { createVerifier } from "./verifier.ts";

const CONTEXT = systemContext("gateway");
const PAGE = 500;

/** Authentication, and the audit of denied requests and admin reads. */
export interface Identity {
  readonly authenticate: Authenticate;
  /** Reads recent revocations; later ones come with `apply`. Rejects if the log is unreadable. */
  load(): Promise<void>;
  /** An event of the log. */
  apply(event: CloudEvent): void;
  denied(denial: Denial): void;
  adminRead(route: string, context: RequestContext): void;
  /** Resolves when the pending audit entries are written or have failed. */
  stop(): Promise<void>;
}

export function createIdentity(options: {
  adminToken: string;
  services: Pick<ServiceClient, "request">;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Called when an account loses authority. */
  onRevoked?: (userId: string) => void;
}): Identity {
  const { services, log, now } = options;
  const revocations = createRevocations(now);
  const verifier = createVerifier(now);
  const keyRing = createKeyRing({
    fetchKeys: async () => (await services.request(signingKeys.requests.jwks, {}, CONTEXT)).keys,
    setKeys: (keys) => verifier.setKeys(keys),
    now: () => performance.now(),
  });
  const keyCache = createApiKeys(async (secret) => {
    // The bus client would refuse it as an invalid request (400); an invalid credential is 401.
    if (!apiKeys.requests.verify.input.safeParse({ secret }).success) {
      throw new VegaError("unauthorized", "the API key is invalid");
    }
    const { key, user } = await services.request(apiKeys.requests.verify, { secret }, CONTEXT);
    const { id: userId, username, role } = user;
    return {
      principal: { kind: "api_key", userId, keyId: key.id, username, role, scopes: key.scopes },
      expiresAt: key.expires_at === null ? null : Date.parse(key.expires_at),
    };
  }, now);
  revocations.onChange((userId) => keyCache.forget(userId));
  if (options.onRevoked) revocations.onChange(options.onRevoked);

  const pending = new Set<Promise<unknown>>();
  /** A failed audit write is at least in the log of this process. */
  const writeAudit = (
    note: z.input<typeof audit.requests.note.input>["note"],
    context: RequestContext,
  ) => {
    const written = services
      .request(audit.requests.note, { note }, context)
      .catch((error: unknown) => {
        log.warn({ err: error, note, ...context }, "audit entry not written");
      })
      .finally(() => pending.delete(written));
    pending.add(written);
  };
  const denials = createDenials(
    ({ context, ...data }, count) => {
      writeAudit({ type: audit.events.accessDenied.type, data: { ...data, count } }, context);
    },
    () => performance.now(),
  );

  return {
    authenticate: createAuthenticate({
      adminToken: options.adminToken,
      verifier,
      keyRing,
      revocations,
      apiKeys: keyCache,
    }),
    async load() {
      keyRing.refresh();
      const from = new Date(now() - REMEMBERED_MS).toISOString();
      for (const action of REVOKING_EVENTS) {
        const entries = [];
        for (let before: number | undefined; ;) {
          const input = { action, from, limit: PAGE, ...(before && { before }) };
          const page = await services.request(audit.requests.query, input, CONTEXT);
          entries.push(...page.entries);
          if (page.next_before === null) break;
          before = page.next_before;
        }
        // Oldest first: the last change of an account wins.
        for (const { action: type, time, data } of entries.toReversed()) {
          revocations.apply({ type, time, data });
        }
      }
    },
    apply(event) {
      if (event.type === signingKeys.events.added.type) keyRing.refresh();
      else if (REVOKING_EVENTS.includes(event.type)) revocations.apply(event);
    },
    denied: (denial) => denials.note(denial),
    adminRead: (route, context) =>
      writeAudit({ type: audit.events.adminRead.type, data: { route } }, context),
    async stop() {
      denials.flush();
      keyRing.stop();
      await Promise.all(pending);
    },
  };
}
