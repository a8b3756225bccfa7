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
/** A replica may sign with a key that has a newer one beside it for an hour; see `usable`. */
const OVERLAP_MS = HOUR_MS;
/** How long a key verifies after a newer one was made: the overlap, the longest token, and an hour for clocks. */
const VERIFIES_MS = OVERLAP_MS + COOKIE_TOKEN_SECONDS * 1_000 + HOUR_MS;
/** Old knowledge of the keys is renewed at the next use: ticks reach one replica of auth, not all. */
const STALE_MS = 5 * 60_000;
const ATTEMPTS = 4;

/** The keys that tokens are signed with, as this replica knows them. */
export interface SigningKeys {
  /** @throws VegaError `unavailable` while no key could be had yet. */
  signer(): Signer;
  /** Reads the keys, and makes a new one where the time has come. Throws VegaError as the store does. */
  check(): Promise<void>;
  /** Public keys of all tokens that may be good, read anew: another replica may have made one just now. */
  publicKeys(): Promise<{ sequence: number; keys: PublicJwk[] }>;
}

export interface SigningKeysOptions {
  readonly store: AccountStore;
  readonly secret: string;
  /** Days until a new key is made. */
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
   * Tries until there is a key to sign with. Another replica may be first, which shows as a conflict.
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
    const answer = await store
      .request(signingKeys.requests.add, input, CONTEXT)
      .catch((error: unknown) => {
        if (error instanceof VegaError && error.code === "conflict" && attempts > 0)
          return undefined;
        throw error;
      });
    if (!answer) {
      const { keys: others } = await store.request(signingKeys.requests.list, {}, CONTEXT);
      return settle(others, attempts - 1);
    }
    log.info({ kid: made.kid }, "a new signing key");
    // Used whatever its time says: were state's clock far off, a new one would seem too old at once.
    const fresh = answer.keys[0] && signerOf(answer.keys[0]);
    if (fresh) use(fresh, answer.keys);
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
      if (!current) throw new VegaError("unavailable", "auth has no signing key yet; try again");
      // In either direction: read while the clock was ahead is old as well.
      if (Math.abs(now() - current.readAt) > STALE_MS) {
        check().catch((error: unknown) => log.warn({ err: error }, "no look at the signing keys"));
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
 * With which key to sign; undefined = a new one is due. That is the newest, unless it is older than it may be. Where
 * the newest can't be unsealed, an older one goes on for an hour: replicas that were given different secrets would
 * otherwise make keys against each other without end.
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

/** Whether a token that a key has signed may still be good. */
function verifies(keys: readonly SigningKey[], index: number, now: number): boolean {
  const newer = keys[index - 1];
  return !newer || now - Date.parse(newer.created_at) < VERIFIES_MS;
}

function unsealed(kid: string, sealed: string, { secret, log }: SigningKeysOptions) {
  const der = unseal(sealed, secret, kid);
  if (!der) {
    log.error(
      { kid },
      "a signing key can't be decrypted: VEGA_SECRET is not the one it was encrypted under. A new key is made; tokens " +
        "of the old one stay good until they expire. If replicas of auth run, give all of them the same VEGA_SECRET",
    );
    return undefined;
  }
  return { kid, privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }) };
}

const generate = promisify(generateKeyPair);

async function newKey(secret: string): Promise<Omit<SigningKey, "created_at">> {
  const { privateKey, publicKey } = await generate("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  // The thumbprint of RFC 7638: the members in this order, without blanks.
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
