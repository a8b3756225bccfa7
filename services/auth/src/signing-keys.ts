import type { PublicJwk, SigningKey } from "@vega/contracts";
import {
  COOKIE_TOKEN_SECONDS,
  TOKEN_ALGORITHM,
  VegaError,
  publicJwkSchema,
  signingKeys,
  systemContext,
} from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import { createHash, createPrivateKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { AccountStore } from "./account-store.ts";
import { seal, unseal } from "./sealing.ts";
import type { Signer } from "./tokens.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A replica may sign with a key for this long after a newer one was created; see `usable`. */
const OVERLAP_MS = HOUR_MS;
/** Time that a key verifies after a newer one was created: overlap, longest token, one hour of clock skew. */
const VERIFIES_MS = OVERLAP_MS + COOKIE_TOKEN_SECONDS * 1_000 + HOUR_MS;
/** Age at which a replica reads the keys again at the next use: each tick reaches only one replica. */
const STALE_MS = 5 * 60_000;
const ATTEMPTS = 4;

/** The signing keys, as this replica last read them. */
export interface SigningKeys {
  /** @throws VegaError `unavailable` before the first key was read or created */
  signer(): Signer;
  /** Reads the keys and creates a new one if due. @throws VegaError, as the store does */
  check(): Promise<void>;
  /** Public keys of all tokens that may be valid. Reads them from state: another replica may have created one. */
  publicKeys(): Promise<{ sequence: number; keys: PublicJwk[] }>;
}

export interface SigningKeysOptions {
  readonly store: AccountStore;
  readonly secret: string;
  /** Days after which a new key is created. */
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
}

const CONTEXT = systemContext("auth");

export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  const { store, now, log } = options;
  const signers = new Map<string, Signer | undefined>();
  let current: { readonly signer: Signer; readonly readAt: number } | undefined;
  let checking: Promise<void> | undefined;

  const signerOf = ({ kid, sealed }: SigningKey): Signer | undefined => {
    if (!signers.has(kid)) signers.set(kid, unsealed(kid, sealed, options));
    return signers.get(kid);
  };

  const use = (signer: Signer, keys: readonly SigningKey[]) => {
    current = { signer, readAt: now() };
    for (const kid of signers.keys()) {
      if (!keys.some((key) => key.kid === kid)) signers.delete(kid);
    }
  };

  /**
   * Selects or creates the key to sign with. A conflict means that another replica created one first.
   * @param keys newest first
   */
  const settle = async (keys: readonly SigningKey[], attempts: number): Promise<void> => {
    const at = now();
    const signer = usable(keys, signerOf, at, options.days * DAY_MS);
    if (signer) return use(signer, keys);
    const made = await newKey(options.secret);
    const input = {
      key: made,
      if_newest: keys[0]?.kid ?? null,
      retire: keys.filter((_, index) => !verifies(keys, index, at)).map(({ kid }) => kid),
    };
    const reply = await store
      .request(signingKeys.requests.add, input, CONTEXT)
      .catch((error: unknown) => {
        if (error instanceof VegaError && error.code === "conflict" && attempts > 0)
          return undefined;
        throw error;
      });
    if (!reply) {
      const { keys: others } = await store.request(signingKeys.requests.list, {}, CONTEXT);
      return settle(others, attempts - 1);
    }
    log.info({ kid: made.kid }, "signing key created");
    // Used without a check of its age: with a clock skew of state, a new key would seem too old.
    const fresh = reply.keys[0] && signerOf(reply.keys[0]);
    if (fresh) use(fresh, reply.keys);
  };

  const check = (): Promise<void> => {
    checking ??= (async () => {
      const { keys } = await store.request(signingKeys.requests.list, {}, CONTEXT);
      await settle(keys, ATTEMPTS);
    })().finally(() => (checking = undefined));
    return checking;
  };

  return {
    check,
    signer() {
      if (!current) throw new VegaError("unavailable", "no signing key yet; try again");
      // In both directions: the clock may have been ahead at the last read.
      if (Math.abs(now() - current.readAt) > STALE_MS) {
        check().catch((error: unknown) => log.warn({ err: error }, "signing keys not read"));
      }
      return current.signer;
    },
    async publicKeys() {
      const { sequence, keys } = await store.request(signingKeys.requests.list, {}, CONTEXT);
      const at = now();
      return {
        sequence,
        keys: keys
          .filter((_, index) => verifies(keys, index, at))
          .map(({ public_jwk }) => public_jwk),
      };
    },
  };
}

/**
 * The key to sign with; undefined if a new one is due. It is the newest one unless that is too old. If the newest one
 * cannot be decrypted, an older one stays in use for an hour: replicas with different secrets would otherwise create
 * keys in turn without end.
 */
function usable(
  keys: readonly SigningKey[],
  signerOf: (key: SigningKey) => Signer | undefined,
  now: number,
  maxAgeMs: number,
): Signer | undefined {
  for (const [index, key] of keys.entries()) {
    const newer = keys[index - 1];
    const age = now - Date.parse(key.created_at);
    const signs = newer ? now - Date.parse(newer.created_at) < OVERLAP_MS : age < maxAgeMs;
    const signer = signerOf(key);
    if (signer) return signs ? signer : undefined;
  }
  return undefined;
}

/** Whether a token that this key signed may still be valid. */
function verifies(keys: readonly SigningKey[], index: number, now: number): boolean {
  const newer = keys[index - 1];
  return !newer || now - Date.parse(newer.created_at) < VERIFIES_MS;
}

function unsealed(kid: string, sealed: string, { secret, log }: SigningKeysOptions) {
  const der = unseal(sealed, secret, kid);
  if (!der) {
    log.error(
      { kid },
      "signing key not decrypted: VEGA_SECRET differs from the one it was encrypted with. A new key is created; tokens " +
        "of the old one stay valid until they expire. Set the same VEGA_SECRET for all replicas of auth",
    );
    return undefined;
  }
  return { kid, privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }) };
}

const generate = promisify(generateKeyPair);

async function newKey(secret: string): Promise<Omit<SigningKey, "created_at">> {
  const { privateKey, publicKey } = await generate("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  // RFC 7638 thumbprint: members in this order, without spaces.
  const members = JSON.stringify({ crv: "P-256", kty: "EC", x, y });
  const kid = createHash("sha256").update(members).digest("base64url");
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  const public_jwk = publicJwkSchema.parse({
    kty: "EC",
    crv: "P-256",
    x,
    y,
    kid,
    alg: TOKEN_ALGORITHM,
    use: "sig",
  });
  return { kid, public_jwk, sealed: seal(der, secret, kid) };
}
