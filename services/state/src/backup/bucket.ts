import type { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { BucketConfig, Place } from "./bucket-config.ts";
import { urlOf } from "./bucket-config.ts";
import { InvalidBackupError } from "./format.ts";

/** Bytes of one part of an upload, and parts in flight: their product is the memory of one upload. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const TRIES = 3;
const CONNECT_MS = 5_000;
/** Time without a byte after which a request has failed, ms. */
const SILENCE_MS = 30_000;
/** Age after which parts of an unfinished upload are removed. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;

/** Files in a bucket. All methods throw InvalidBackupError, with the remedy in its message. */
export interface Bucket {
  /** Uploads a file. Until that is whole there is nothing under the key, whatever is killed. */
  put(path: string, place: Place): Promise<void>;
  /** Downloads into a new file, for its owner alone. */
  get(place: Place, path: string): Promise<void>;
  /** A small object, as text. */
  text(place: Place): Promise<string>;
  /** SHA-256 of what lies there, hex, read to its end. */
  digest(place: Place): Promise<string>;
  /** Keys that begin with a place's. */
  list(place: Place): Promise<string[]>;
  remove(place: Place): Promise<void>;
  close(): void;
}

/** SHA-256 of a file, hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

const at = ({ bucket, key }: Place) => ({ Bucket: bucket, Key: key });

/**
 * The SDK is loaded here and now: who has no bucket has no use for its memory.
 * @param now milliseconds since the epoch
 */
export async function openBucket(
  config: BucketConfig,
  now: () => number = Date.now,
): Promise<Bucket> {
  const sdk = await import("@aws-sdk/client-s3");
  const { endpoint, region, keyId, secret, pathStyle } = config;
  const client: S3Client = new sdk.S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: TRIES,
    // Others than Amazon often do not know its newer checksums; what lies there is read back anyway.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    ...(endpoint !== undefined && { endpoint }),
    ...(keyId !== undefined &&
      secret !== undefined && { credentials: { accessKeyId: keyId, secretAccessKey: secret } }),
  });

  const withRemedy = async <Result>(place: Place, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw refusal(place, endpoint, error);
    }
  };
  const bodyOf = async (place: Place): Promise<Readable> => {
    const { Body: body } = await client.send(new sdk.GetObjectCommand(at(place)));
    return body as Readable;
  };

  /** What a killed upload left takes room that is paid for and shows in no list. */
  const removeAbandoned = async ({ bucket, key }: Place): Promise<void> => {
    const uploads = new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key });
    const { Uploads: found = [] } = await client.send(uploads);
    for (const { Key: name, UploadId: id, Initiated: from } of found) {
      if (name === undefined || from === undefined) continue;
      if (now() - from.getTime() < ABANDONED_MS) continue;
      const upload = { Bucket: bucket, Key: name, UploadId: id };
      await client.send(new sdk.AbortMultipartUploadCommand(upload));
    }
  };

  return {
    put: (path, place) =>
      withRemedy(place, async () => {
        const { Upload } = await import("@aws-sdk/lib-storage");
        const upload = new Upload({
          client,
          params: { ...at(place), Body: createReadStream(path) },
          partSize: PART_BYTES,
          queueSize: PARTS_AT_ONCE,
        });
        await upload.done();
        // Some services do not list uploads; then their own rules have to remove them.
        await removeAbandoned({ ...place, key: place.key.replace(/[^/]*$/, "") }).catch(
          () => undefined,
        );
      }),
    get: (place, path) =>
      withRemedy(place, async () => {
        const file = createWriteStream(path, { mode: 0o600, flags: "wx" });
        await pipeline(await bodyOf(place), file);
      }),
    text: (place) => withRemedy(place, async () => text(await bodyOf(place))),
    digest: (place) =>
      withRemedy(place, async () => {
        const hash = createHash("sha256");
        await pipeline(await bodyOf(place), hash);
        return hash.digest("hex");
      }),
    list: (place) =>
      withRemedy(place, async () => {
        const keys: string[] = [];
        const input = { Bucket: place.bucket, Prefix: place.key };
        for await (const page of sdk.paginateListObjectsV2({ client }, input)) {
          for (const { Key: key } of page.Contents ?? []) if (key !== undefined) keys.push(key);
        }
        return keys;
      }),
    remove: (place) =>
      withRemedy(place, async () => {
        await client.send(new sdk.DeleteObjectCommand(at(place)));
      }),
    close: () => client.destroy(),
  };
}

const REASONS: Readonly<Record<string, string>> = {
  NoSuchBucket: "there is no such bucket; make it, or name another one",
  NoSuchKey: "there is no such backup",
  NotFound: "there is no such backup",
  AccessDenied: "it may not be used with this key; see its policy, or VEGA_S3_KEY_ID",
  InvalidAccessKeyId: "the key is not known there; see VEGA_S3_KEY_ID",
  SignatureDoesNotMatch: "the secret is not that of the key; see VEGA_S3_SECRET",
  CredentialsProviderError: "it needs a key; set VEGA_S3_KEY_ID and VEGA_S3_SECRET",
  RequestTimeTooSkewed: "the clocks differ; set this machine's by NTP",
  PermanentRedirect: "it lies in another region; set VEGA_S3_REGION",
  AuthorizationHeaderMalformed: "it lies in another region; set VEGA_S3_REGION",
  TimeoutError: "it does not answer; see VEGA_S3_ENDPOINT",
};

function refusal(place: Place, endpoint: string | undefined, error: unknown): InvalidBackupError {
  const { name, message, code } = error as Error & { code?: string };
  const where = endpoint === undefined ? urlOf(place) : `${urlOf(place)} at ${endpoint}`;
  const known = REASONS[name];
  if (known !== undefined) return new InvalidBackupError(`${where}: ${known}`, error);
  if (code !== undefined) {
    return new InvalidBackupError(
      `${where}: it can't be reached (${code}); see VEGA_S3_ENDPOINT`,
      error,
    );
  }
  return new InvalidBackupError(`${where}: ${message || name}`, error);
}
