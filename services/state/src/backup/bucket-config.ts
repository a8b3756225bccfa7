import type { Env } from "@vega/service-kit";
import { ConfigError } from "@vega/service-kit";

/** A bucket of an S3-compatible service, and how to get in. */
export interface BucketConfig {
  /** Undefined: Amazon's own of the region. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Both or none; without them the SDK looks where it looks by itself, such as the machine's role. */
  readonly keyId: string | undefined;
  readonly secret: string | undefined;
  /** The bucket's name in the path instead of in the host's name, which own services seldom have. */
  readonly pathStyle: boolean;
}

/** An object's place: `s3://bucket/key`. */
export interface Place {
  readonly bucket: string;
  /** Without a slash in front; may be empty. */
  readonly key: string;
}

/** @returns undefined for what is no such URL, such as a path. Throws ConfigError for one without a bucket. */
export function placeOf(url: string): Place | undefined {
  if (!/^s3:/i.test(url)) return undefined;
  const [, bucket = "", key = ""] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/(.*))?$/i.exec(url) ?? [];
  if (bucket === "") throw new ConfigError(`${url}: must be s3://bucket/key`);
  return { bucket, key: key.replace(/\/+$/, "") };
}

export const urlOf = ({ bucket, key }: Place): string => `s3://${bucket}/${key}`;

/** VEGA_S3_*. Throws ConfigError. */
export function bucketConfig(env: Env): BucketConfig {
  const { VEGA_S3_ENDPOINT: endpoint, VEGA_S3_KEY_ID: keyId, VEGA_S3_SECRET: secret } = env;
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw new ConfigError("VEGA_S3_ENDPOINT: must be the URL of the service, as https://host:9000");
  }
  if ((keyId === undefined) !== (secret === undefined)) {
    throw new ConfigError("VEGA_S3_KEY_ID and VEGA_S3_SECRET: both or none");
  }
  const style = env["VEGA_S3_PATH_STYLE"];
  if (style !== undefined && style !== "true" && style !== "false") {
    throw new ConfigError("VEGA_S3_PATH_STYLE: must be true or false");
  }
  return {
    endpoint,
    region: env["VEGA_S3_REGION"] ?? "us-east-1",
    keyId,
    secret,
    pathStyle: style === undefined ? endpoint !== undefined : style === "true",
  };
}
